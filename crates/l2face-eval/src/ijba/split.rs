//! The six files of a split.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::Split;
use crate::protocol::{not_itself, read_templates, FaceTable, Search, TemplateColumns, TemplateSpec, Verification};
use crate::table::{Row, Table};
use crate::EvalError;

const ADVICE: &str =
    "the folder must hold IJB-A_11_sets/splitN/{train_N,verify_metadata_N,verify_comparisons_N}.csv and \
    IJB-A_1N_sets/splitN/{train_N,search_gallery_N,search_probe_N}.csv for N from 1 to 10, as IJB-A is released";

const COLUMNS: TemplateColumns = TemplateColumns {
    file: "FILE",
    medium: "MEDIA_ID",
    needed: &[
        "TEMPLATE_ID",
        "SUBJECT_ID",
        "MEDIA_ID",
        "FILE",
        "FACE_X",
        "FACE_Y",
        "FACE_WIDTH",
        "FACE_HEIGHT",
        "RIGHT_EYE_X",
        "RIGHT_EYE_Y",
        "LEFT_EYE_X",
        "LEFT_EYE_Y",
        "NOSE_BASE_X",
        "NOSE_BASE_Y",
    ],
    optional: &[],
};

pub(super) fn read(root: &Path, index: usize, faces: &mut FaceTable) -> Result<Split, EvalError> {
    let (one_to_one, one_to_n) = (set_folder(root, "IJB-A_11_sets", index)?, set_folder(root, "IJB-A_1N_sets", index)?);
    let file = |folder: &Path, name: &str| folder.join(format!("{name}_{index}.csv"));
    let mut templates = |path: PathBuf| read_templates(&path, &COLUMNS, ADVICE, faces);
    let metadata = file(&one_to_one, "verify_metadata");
    let verify = templates(metadata.clone())?;
    let pairs = read_pairs(&file(&one_to_one, "verify_comparisons"), &metadata, &verify)?;
    let verify = Verification { train: templates(file(&one_to_one, "train"))?, templates: verify, pairs };
    let search = Search {
        gallery: templates(file(&one_to_n, "search_gallery"))?,
        probes: templates(file(&one_to_n, "search_probe"))?,
        train: templates(file(&one_to_n, "train"))?,
    };
    Ok(Split { index, verify, search })
}

/// The folder of a split, each level checked so that the error names the first that is missing.
fn set_folder(root: &Path, set: &str, index: usize) -> Result<PathBuf, EvalError> {
    let mut path = root.to_owned();
    for part in ["", set, &format!("split{index}")] {
        if !part.is_empty() {
            path.push(part);
        }
        if !path.is_dir() {
            return Err(EvalError::Missing { path, advice: ADVICE.into() });
        }
    }
    Ok(path)
}

/// Comparisons have no header: two template ids a line.
fn read_pairs(path: &Path, metadata: &Path, templates: &[TemplateSpec]) -> Result<Vec<(u32, u32)>, EvalError> {
    let index: HashMap<u64, u32> = templates.iter().map(|t| t.id).zip(0..).collect();
    let table = Table::open_headless(path, &["first template", "second template"], ADVICE)?;
    let find = |row: &Row<'_>, column| -> Result<u32, EvalError> {
        let template = row.id(column)?;
        let unknown = || EvalError::UnknownTemplate { at: row.at(), template, metadata: metadata.to_owned() };
        index.get(&template).copied().ok_or_else(unknown)
    };
    let pair = |row: Row<'_>| {
        let pair = (find(&row, "first template")?, find(&row, "second template")?);
        not_itself(|| row.at(), templates, pair)
    };
    table.rows().map(pair).collect()
}
