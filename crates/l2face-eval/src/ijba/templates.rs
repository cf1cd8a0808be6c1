//! Rows to templates.

use std::collections::HashMap;
use std::path::Path;

use super::faces::{FaceTable, FACE_COLUMNS};
use super::TemplateSpec;
use crate::table::Table;
use crate::EvalError;

const ID_COLUMNS: [&str; 3] = ["TEMPLATE_ID", "SUBJECT_ID", "MEDIA_ID"];

/// Reads the templates of a metadata file, in order of first mention, their rows grouped by MEDIA_ID.
pub(super) fn read_templates(path: &Path, advice: &str, faces: &mut FaceTable) -> Result<Vec<TemplateSpec>, EvalError> {
    let wanted: Vec<&'static str> = ID_COLUMNS.iter().chain(&FACE_COLUMNS).copied().collect();
    let table = Table::open(path, &wanted, advice)?;
    let mut templates: Vec<TemplateSpec> = Vec::new();
    let mut index = HashMap::new();
    let mut media = HashMap::new();
    for row in table.rows() {
        let (id, subject, medium) = (row.id("TEMPLATE_ID")?, row.id("SUBJECT_ID")?, row.id("MEDIA_ID")?);
        let face = faces.add(&row)?;
        let at = *index.entry(id).or_insert_with(|| {
            templates.push(TemplateSpec { id, subject, media: Vec::new() });
            templates.len() - 1
        });
        let template = &mut templates[at];
        if template.subject != subject {
            return Err(EvalError::TwoSubjects {
                at: row.at(),
                template: id,
                first: template.subject,
                second: subject,
            });
        }
        let group = *media.entry((id, medium)).or_insert_with(|| {
            template.media.push(Vec::new());
            template.media.len() - 1
        });
        template.media[group].push(face);
    }
    Ok(templates)
}
