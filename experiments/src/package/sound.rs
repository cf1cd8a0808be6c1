//! Whether a model folder is what it says, figures and all.
use super::evaluations::{read, same_input};
use super::figures;
use super::measured::Measured;
use anyhow::{ensure, Context, Result};
use candle_core::Device;
use l2face_model::{audit, Audit, Evaluation, Metadata, ModelFolder, CARD, EVALUATIONS, RESULTS};
use std::path::{Path, PathBuf};

/// [`audit`], and that the card's model-index is what results.json and every evaluation measured, with these weights and this input. The words of
/// the card may have been edited.
///
/// # Errors
/// The first fault, with its file.
pub fn sound(folder: &Path) -> Result<Audit> {
    let found = audit(folder, &Device::Cpu)?;
    let model = ModelFolder::open(folder)?;
    let tensors = crate::hash::tensors(model.weights()?.tensors())?;
    let results = run_of(&model, &tensors)?;
    let names = Names::of(&found.card);
    let mut measured = figures::of_run(&results, &names.next(0))?;
    for path in evaluations_of(&model, &tensors, &found.files)? {
        let results = read(&path)?;
        measured.extend(figures::of_evaluation(&results, &names.next(measured.len()))?);
    }
    agree(&found.card, &measured).with_context(|| folder.join(CARD).display().to_string())?;
    Ok(found)
}

/// results.json, which is of one row: the model's, with these very weights.
fn run_of(model: &ModelFolder, tensors: &str) -> Result<Measured> {
    let path = model.path().join(RESULTS);
    let results = Measured::open(&path)?;
    let (run, config) = (results.config().with_context(|| path.display().to_string())?, model.config());
    let same = run.rows == [config.loss.to_string()] && run.seeds.len() == 1 && run.backbone()? == config.backbone();
    ensure!(same, "{}: it is of another network than config.json: package the model again", path.display());
    ensure!(results.weights() == Some(tensors), "{}: it is of other weights: package the model again", path.display());
    Ok(results)
}

/// results.json of each evaluation, which is of these weights.
fn evaluations_of(model: &ModelFolder, tensors: &str, files: &[String]) -> Result<Vec<PathBuf>> {
    let of = |file: &&String| file.starts_with(&format!("{EVALUATIONS}/")) && file.ends_with(&format!("/{RESULTS}"));
    let all: Vec<PathBuf> = files.iter().filter(of).map(|file| model.path().join(file)).collect();
    for path in &all {
        let results = read(path)?;
        ensure!(
            results.model.weights.as_deref() == Some(tensors),
            "{}: it is of other weights: package the model again",
            path.display()
        );
        same_input(&results, model.config()).with_context(|| path.display().to_string())?;
    }
    Ok(all)
}

/// The names of data on a card, which are words.
struct Names(Vec<String>);

impl Names {
    fn of(card: &Metadata) -> Self {
        Self(card.model_index.iter().flat_map(|entry| &entry.results).map(|e| e.dataset.name.clone()).collect())
    }

    fn next(&self, index: usize) -> String {
        self.0.get(index).cloned().unwrap_or_else(|| "data".into())
    }
}

/// Faces that a program drew stay what they are.
fn agree(card: &Metadata, measured: &[Evaluation]) -> Result<()> {
    card.same_figures(measured)?;
    let here = card.model_index.iter().flat_map(|entry| &entry.results);
    let other = here
        .zip(measured)
        .find(|(here, there)| there.dataset.r#type == figures::GENERATED && here.dataset.r#type != figures::GENERATED);
    match other {
        Some((here, _)) => {
            anyhow::bail!("{} is not {}: a program drew these faces", here.dataset.r#type, figures::GENERATED)
        }
        None => Ok(()),
    }
}
