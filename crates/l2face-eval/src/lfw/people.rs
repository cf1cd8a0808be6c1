//! `people.txt` and the Dev lists of people.

use std::collections::HashMap;
use std::path::Path;

use super::pairs::{Photo, ADVICE};
use crate::folds::is_plain_name;
use crate::lines::{Line, Lines};
use crate::protocol::{check_images, Face};
use crate::EvalError;

/// A person and the number of their photographs, which are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The folder's name.
    pub name: String,
    /// How many photographs.
    pub photographs: u32,
    /// `file:line`.
    pub at: String,
}

/// People in sets: ten in `people.txt`, one in `peopleDevTrain.txt` and `peopleDevTest.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LfwPeople {
    /// Each set in the list's order.
    pub sets: Vec<Vec<Person>>,
}

impl LfwPeople {
    /// Reads `people.txt` (number of sets; for each set its number of people and a row `name n` for each) or a Dev list (the
    /// number of people, then the rows).
    ///
    /// # Errors
    /// A missing file, a row of another form, a person listed twice, too few or too many rows: with file and line.
    pub fn load(path: &Path) -> Result<Self, EvalError> {
        let mut lines = Lines::open(path, ADVICE)?;
        let first: u32 = number(&lines.expect("the number of sets or people")?)?;
        let second = lines.expect("the number of people, or a row `name n`")?;
        let mut reader = Reader { seen: HashMap::new() };
        let sets = if second.text.split_whitespace().count() == 1 {
            let mut sets = vec![(number(&second)?, vec![])];
            for set in 0..first {
                if set > 0 {
                    sets.push((number(&lines.expect("the number of people of the next set")?)?, vec![]));
                }
                let (size, people) = &mut sets[set as usize];
                reader.fill(&mut lines, *size, people)?;
            }
            sets.into_iter().map(|(_, people)| people).collect()
        } else {
            let mut people = vec![reader.person(&second)?];
            reader.fill(&mut lines, first, &mut people)?;
            vec![people]
        };
        match lines.next()? {
            None => Ok(Self { sets }),
            Some(line) => Err(line.bad("a row after the last set".into())),
        }
    }

    /// All photographs of all sets, in order.
    pub fn faces(&self, images: &Path) -> Vec<Face> {
        let photographs = |p: &Person| {
            let photo = |number| Photo { name: p.name.clone(), number };
            let face = |number| super::face(images, &photo(number), p.at.clone());
            (1..=p.photographs).map(face).collect::<Vec<_>>()
        };
        self.sets.iter().flatten().flat_map(photographs).collect()
    }

    /// Fails unless every photograph is on disk.
    ///
    /// # Errors
    /// [`EvalError::MissingImages`] with the number and the first few.
    pub fn check_images(&self, images: &Path) -> Result<(), EvalError> {
        check_images(images, &self.faces(images), "name the folder that holds one folder for each person")
    }
}

struct Reader {
    seen: HashMap<String, String>,
}

impl Reader {
    fn fill(&mut self, lines: &mut Lines, size: u32, people: &mut Vec<Person>) -> Result<(), EvalError> {
        while people.len() < size as usize {
            let person = self.person(&lines.expect("a row `name n`")?)?;
            people.push(person);
        }
        Ok(())
    }

    fn person(&mut self, line: &Line<'_>) -> Result<Person, EvalError> {
        let fields: Vec<&str> = line.text.split_whitespace().collect();
        let [name, n] = fields[..] else {
            return Err(line.bad(format!("{} fields, expected a name and a number of photographs", fields.len())));
        };
        if !is_plain_name(name) {
            return Err(EvalError::BadPath { at: line.at(), column: "the name".into(), file: name.into() });
        }
        let photographs: u32 = line.whole("number of photographs", n)?;
        if photographs > 9999 {
            return Err(line.bad_number("number of photographs", n, "9999 at most, four digits of a file name"));
        }
        match self.seen.insert(name.to_owned(), line.at()) {
            Some(first) => Err(EvalError::Duplicate { at: line.at(), what: "person", id: name.into(), first }),
            None => Ok(Person { name: name.into(), photographs, at: line.at() }),
        }
    }
}

fn number(line: &Line<'_>) -> Result<u32, EvalError> {
    line.whole("number of rows", line.text.trim())
}
