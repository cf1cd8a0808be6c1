//! The files of a model folder.
use crate::error::{ModelError, Result};
use std::path::{Path, PathBuf};

/// The network's weights, by torchvision's and InsightFace's names.
pub const WEIGHTS: &str = "model.safetensors";
/// The classifier that the network was trained with; may be absent.
pub const HEAD: &str = "head.safetensors";
/// The architecture, its input, its loss.
pub const CONFIG: &str = "config.json";
/// The card.
pub const CARD: &str = "README.md";
/// What was measured.
pub const RESULTS: &str = "results.json";
/// The log of the training.
pub const METRICS: &str = "metrics.jsonl";
/// A few images and their embeddings.
pub const CHECK: &str = "check.safetensors";
/// Python code that loads the weights into torch.
pub const LOADER: &str = "load_in_torch.py";
/// The folder of the plots.
pub const PLOTS: &str = "plots";
/// The folder of what other evaluations measured, each in a folder of its own with [`RESULTS`], reports and [`PLOTS`].
pub const EVALUATIONS: &str = "evaluations";

const KNOWN: [&str; 10] = [CARD, CHECK, CONFIG, HEAD, LOADER, METRICS, WEIGHTS, "report.html", "report.md", RESULTS];
/// What cannot be left out.
const NEEDED: [&str; 6] = [CARD, CONFIG, WEIGHTS, CHECK, LOADER, RESULTS];
/// What may lie in an evaluation's folder, beside its plots.
const OF_EVALUATION: [&str; 3] = ["report.html", "report.md", RESULTS];

/// The names of all that may lie in a model folder; one that ends with `/` is a folder. A repository's file by such a name that the folder
/// lacks is of another model.
pub fn own_names() -> Vec<String> {
    KNOWN.iter().map(ToString::to_string).chain([PLOTS, EVALUATIONS].map(|folder| format!("{folder}/"))).collect()
}

/// Every file of a model folder, sorted, relative to it, with `/` between: what may be published. Nothing else may lie there.
///
/// # Errors
/// A file that is no part of a model folder, a link or other special file, a file that is missing.
pub fn files(folder: &Path) -> Result<Vec<String>> {
    let mut found = vec![];
    for (name, path) in entries(folder)? {
        match name.as_str() {
            PLOTS => found.extend(plots(&path, PLOTS)?),
            EVALUATIONS => found.extend(evaluations(&path)?),
            known if KNOWN.contains(&known) => found.push(regular(name, &path)?),
            _ => return Err(stranger(&path)),
        }
    }
    match NEEDED.iter().find(|needed| !found.iter().any(|name| name == *needed)) {
        Some(missing) => Err(ModelError::file(&folder.join(missing), "missing: a model folder needs it")),
        None => Ok(found),
    }
}

/// The plots in a folder, by the name that it has in the model's.
fn plots(folder: &Path, name: &str) -> Result<Vec<String>> {
    let plot = |(file, path): (String, PathBuf)| match file.ends_with(".svg") {
        true => regular(format!("{name}/{file}"), &path),
        false => Err(stranger(&path)),
    };
    inside(folder)?.into_iter().map(plot).collect()
}

fn evaluations(folder: &Path) -> Result<Vec<String>> {
    let all = inside(folder)?.into_iter().map(|(name, path)| evaluation(&name, &path)).collect::<Result<Vec<_>>>()?;
    Ok(all.concat())
}

fn evaluation(name: &str, folder: &Path) -> Result<Vec<String>> {
    let within = |file: &str| format!("{EVALUATIONS}/{name}/{file}");
    let mut found = vec![];
    for (file, path) in inside(folder)? {
        match file.as_str() {
            PLOTS => found.extend(plots(&path, &within(PLOTS))?),
            known if OF_EVALUATION.contains(&known) => found.push(regular(within(known), &path)?),
            _ => return Err(stranger(&path)),
        }
    }
    match found.contains(&within(RESULTS)) {
        true => Ok(found),
        false => Err(ModelError::file(&folder.join(RESULTS), "missing: an evaluation is nothing without it")),
    }
}

/// What lies in a folder that is one itself and no link to one.
fn inside(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    match is(folder, std::fs::FileType::is_dir)? {
        true => entries(folder),
        false => Err(ModelError::file(folder, "not a folder")),
    }
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let read = std::fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let name = |entry: std::fs::DirEntry| match entry.file_name().into_string() {
        Ok(name) => Ok((name, entry.path())),
        Err(_) => Err(stranger(&entry.path())),
    };
    let mut all = read.map_err(ModelError::io(folder))?.into_iter().map(name).collect::<Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}

/// The name, if the path is a file itself and no link to one, which could lead out of the folder.
fn regular(name: String, path: &Path) -> Result<String> {
    match is(path, std::fs::FileType::is_file)? {
        true => Ok(name),
        false => Err(ModelError::file(path, "a link or folder in place of a file: copy the file itself there")),
    }
}

fn is(path: &Path, kind: fn(&std::fs::FileType) -> bool) -> Result<bool> {
    let found = std::fs::symlink_metadata(path).map_err(ModelError::io(path))?;
    Ok(kind(&found.file_type()))
}

fn stranger(path: &Path) -> ModelError {
    ModelError::file(path, "no part of a model folder: move it elsewhere, so that it is not published by mistake")
}
