//! Rows to templates.

use std::collections::HashMap;
use std::path::Path;

use super::faces::FaceTable;
use super::TemplateSpec;
use crate::table::{Row, Table};
use crate::EvalError;

/// Which columns of a metadata file are read.
pub(crate) struct TemplateColumns {
    /// The image.
    pub file: &'static str,
    /// Together with TEMPLATE_ID what rows of one medium share.
    pub medium: &'static str,
    /// Must be in the header; `file` and `medium` among them.
    pub needed: &'static [&'static str],
    /// Read where they are.
    pub optional: &'static [&'static str],
}

/// Reads the templates of a metadata file, in order of first mention, their rows grouped by medium.
pub(crate) fn read_templates(
    path: &Path,
    columns: &TemplateColumns,
    advice: &str,
    faces: &mut FaceTable,
) -> Result<Vec<TemplateSpec>, EvalError> {
    let table = Table::open_with(path, columns.needed, columns.optional, advice)?;
    let mut groups = Groups::default();
    for row in table.rows() {
        let medium = row.id(columns.medium)?;
        let at = groups.template(&row)?;
        let face = faces.add(&row, columns.file)?;
        if !groups.add(at, medium, face) {
            faces.repeated += 1;
        }
    }
    Ok(groups.templates)
}

#[derive(Default)]
struct Groups {
    templates: Vec<TemplateSpec>,
    index: HashMap<u64, usize>,
    media: HashMap<(usize, u64), usize>,
}

impl Groups {
    fn template(&mut self, row: &Row<'_>) -> Result<usize, EvalError> {
        let (id, subject) = (row.id("TEMPLATE_ID")?, row.id("SUBJECT_ID")?);
        let new = self.templates.len();
        let at = *self.index.entry(id).or_insert(new);
        if at == new {
            self.templates.push(TemplateSpec { id, subject, media: Vec::new() });
        }
        match self.templates[at].subject {
            first if first == subject => Ok(at),
            first => Err(EvalError::TwoSubjects { at: row.at(), template: id, first, second: subject }),
        }
    }

    /// Whether the medium did not hold the face before; it is added all the same, as the protocol writes it.
    fn add(&mut self, template: usize, medium: u64, face: u32) -> bool {
        let media = &mut self.templates[template].media;
        let group = *self.media.entry((template, medium)).or_insert_with(|| {
            media.push(Vec::new());
            media.len() - 1
        });
        let known = media[group].contains(&face);
        media[group].push(face);
        !known
    }
}
