//! What the card says of a run.
use super::cli::Args;
use super::evaluations::Evaluated;
use super::figures;
use super::measured::Measured;
use crate::report::{DataInfo, DataKind};
use anyhow::{bail, Result};
use l2face_model::{Card, License, Training};

const NO_DATA: &str = "none is needed: every face was drawn by a program, l2face-synth, and is nobody's";
const NO_BIAS: &str = "the drawn faces vary in shape, skin, hair, light and pose by the generator's own rules, which are no population's; the network has \
    never seen a photograph, and its errors on groups of people were not measured";
const NOT_MEASURED: &str = "not measured; sets of faces from the web show some groups of people (by skin, age, sex) far more often than others, and \
    the errors of networks trained on them differ between groups";

/// The card of the only row, with its own figures and those of evaluations.
///
/// # Errors
/// No licence, or one that is none; photographs without the terms under which they were used.
pub(super) fn card(args: &Args, license: License, results: &Measured, more: &[Evaluated]) -> Result<Card> {
    let data = results.data();
    let eval_name = args.eval_name.as_deref().unwrap_or(&data.name);
    let mut evaluations = figures::of_run(results, eval_name)?;
    for evaluated in more {
        evaluations.extend(figures::of_evaluation(&evaluated.results, &evaluated.name)?);
    }
    Ok(Card {
        title: format!("l2face: {}, {} people", results.label(), data.train_people),
        repository: args.name.clone(),
        license,
        training: training(args, data)?,
        datasets: args.hub_dataset.clone(),
        evaluations,
        statement: data.statement.clone(),
        command: data.command.clone(),
    })
}

fn training(args: &Args, data: &DataInfo) -> Result<Training> {
    let (license, bias) = match (data.kind, &args.train_license) {
        (DataKind::Generated, given) => (given.as_deref().unwrap_or(NO_DATA), NO_BIAS),
        (DataKind::Real, Some(given)) if !given.trim().is_empty() => (given.as_str(), NOT_MEASURED),
        (DataKind::Real, _) => bail!(
            "the network was trained on photographs: say under which terms they were used, --train-license \"...\" (the data set's licence, \
             or that people agreed); it stands on the card"
        ),
    };
    Ok(Training {
        data: args.train_name.clone().unwrap_or_else(|| data.train_name.clone()),
        people: data.train_people,
        images: data.train_images,
        license: license.into(),
        bias: args.bias.clone().unwrap_or_else(|| bias.into()),
    })
}
