//! What a folder of people holds.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::list::{self, Listed};
use crate::{DataError, Result};

/// One image file of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The file.
    pub path: PathBuf,
    /// "PERSON/FILE", the same on every machine: the key of landmark files.
    pub rel: String,
    /// Index of the person in [`Records::class_names`].
    pub label: u32,
}

/// Every image of a folder that has one folder per person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// Names of the people in byte order.
    pub class_names: Vec<String>,
    /// Their images, by person and then by file name in byte order.
    pub items: Vec<Record>,
}

impl Records {
    /// Scans `root`, or only the people whom the file `list` names (a folder name a line, perhaps a tab and a count,
    /// which is not used; blank lines and `#` comments are skipped).
    ///
    /// Images are `.jpg`, `.jpeg` and `.png` files in any case, directly in the person's folder; links are followed, and
    /// names that start with a dot are skipped. A person without an image is an error.
    ///
    /// # Errors
    /// An unreadable folder, a name that is not UTF-8, no image at all, a person who has no image; with a list also one who has no
    /// folder, by file and line.
    pub fn scan(root: &Path, list: Option<&Path>) -> Result<Self> {
        let people = match list {
            Some(list) => from_list(root, list)?,
            None => from_folders(root)?,
        };
        if people.is_empty() {
            return Err(DataError::Nothing {
                path: root.into(),
                reason: "no image of any person; put the images of each person in a folder of their own, as ROOT/PERSON/IMAGE.jpg",
            });
        }
        Ok(Self::of(root, people))
    }

    fn of(root: &Path, mut people: Vec<Person>) -> Self {
        people.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
        let mut records = Self { class_names: Vec::new(), items: Vec::new() };
        for (label, person) in people.into_iter().enumerate() {
            let record = |file: String| Record {
                path: root.join(&person.name).join(&file),
                rel: format!("{}/{file}", person.name),
                label: label as u32,
            };
            records.items.extend(person.files.into_iter().map(record));
            records.class_names.push(person.name);
        }
        records
    }
}

struct Person {
    name: String,
    files: Vec<String>,
}

fn from_folders(root: &Path) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for name in visible_names(root)? {
        if root.join(&name).is_dir() {
            let files = images(&root.join(&name))?;
            if files.is_empty() {
                return Err(DataError::Nothing {
                    path: root.join(&name),
                    reason: "no .jpg, .jpeg or .png in this person's folder; add images, or remove the folder",
                });
            }
            people.push(Person { name, files });
        }
    }
    Ok(people)
}

fn from_list(root: &Path, list: &Path) -> Result<Vec<Person>> {
    let person = |Listed { name, line }| {
        let folder = root.join(&name);
        if !folder.is_dir() {
            let reason = format!("there is no folder {}; correct the name or the root", folder.display());
            return Err(list::error(list, line, reason));
        }
        let files = images(&folder)?;
        if files.is_empty() {
            let reason = format!("{} holds no .jpg, .jpeg or .png; add images or remove the line", folder.display());
            return Err(list::error(list, line, reason));
        }
        Ok(Person { name, files })
    };
    list::read(list)?.into_iter().map(person).collect()
}

fn images(folder: &Path) -> Result<Vec<String>> {
    let mut names = visible_names(folder)?;
    names.retain(|name| is_image(name) && folder.join(name).is_file());
    Ok(names)
}

fn is_image(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| ["jpg", "jpeg", "png"].iter().any(|x| e.eq_ignore_ascii_case(x)))
}

/// Names that do not start with a dot, in byte order.
fn visible_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let name = entry.map_err(DataError::io(folder))?.file_name();
        let name = name
            .into_string()
            .map_err(|name| DataError::item(folder.join(name).display(), "the name is not UTF-8; rename it"))?;
        names.push(name);
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    Ok(names)
}
