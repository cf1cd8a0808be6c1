//! `cargo xtask calibrate`: the threshold for a false accept rate, from scores that an evaluation left.
use super::cli::Set;
use super::results::{Model, Results};
use crate::files;
use crate::folds::{score_set, tar_at};
use anyhow::{ensure, Context, Result};
use clap::Parser;
use l2face_eval::Pooling;
use l2face_metrics::{clopper_pearson, FarMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Version of calibration.json.
pub const SCHEMA: &str = "l2face-calibration/1";
/// Coverage of intervals.
const CONFIDENCE: f64 = 0.95;

/// Chooses the cosine at or above which two photographs count as one person. The line goes to stdout, calibration.json into the run.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask calibrate")]
pub struct Args {
    /// The --out folder of `cargo xtask evaluate`; of IJB-A the comparisons of all splits count together.
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// The false accept rate.
    #[arg(long)]
    pub far: f64,
    /// How the threshold is chosen: conservative, insightface, bob, pfe.
    #[arg(long, default_value = "conservative")]
    pub mode: FarMode,
    /// Where the calibration is written; calibration.json in the run without it.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A threshold and what it is worth.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Calibration {
    /// [`SCHEMA`].
    pub schema: String,
    /// The embedder that it is for.
    pub model: Model,
    /// The protocol; older files lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Set>,
    /// How many of the faces came from which source, as results.json has it; older files lack it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, usize>,
    /// How embeddings were made into templates.
    pub pooling: Pooling,
    /// The list of pairs.
    pub list: String,
    /// The rule.
    pub mode: FarMode,
    /// The false accept rate asked for.
    pub far: f64,
    /// Two photographs count as one person if their cosine is at or above it.
    pub threshold: f64,
    /// The false accept rate on these pairs.
    pub achieved_far: f64,
    /// Its 95 % Clopper-Pearson interval.
    pub far_interval: [f64; 2],
    /// The true accept rate.
    pub tar: f64,
    /// Its 95 % Clopper-Pearson interval.
    pub tar_interval: [f64; 2],
    /// Impostor pairs.
    pub impostor: usize,
    /// They are too few for one false accept: the threshold lies above all of them.
    pub k_zero: bool,
}

impl Calibration {
    /// From its file.
    ///
    /// # Errors
    /// A file that is not one.
    pub fn open(path: &Path) -> Result<Self> {
        let calibration: Self = json(path)?;
        ensure!(calibration.schema == SCHEMA, "{}: its schema is {}, not {SCHEMA}", path.display(), calibration.schema);
        Ok(calibration)
    }
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}

/// Reads the run, writes the calibration; a line that says it.
///
/// # Errors
/// A folder without scores, a rate outside [0, 1], a rule without a threshold of its own.
pub fn calibrate(args: &Args) -> Result<String> {
    ensure!(
        args.mode != FarMode::Interp,
        "interp reads a rate between two thresholds: choose conservative, insightface, bob or pfe"
    );
    let results: Results = json(&args.run.join("results.json"))?;
    let (scores, of) = super::scores::read(&args.run)?;
    ensure!(
        results.scores.as_ref() == Some(&of),
        "{}: the scores are not those of its results.json (an evaluation that was stopped, or an older version's): evaluate again",
        args.run.display()
    );
    let set = score_set(&scores)?;
    let at = tar_at(&set, args.far, args.mode)?;
    let impostor = set.impostor().len();
    let accepted = (at.achieved_far * impostor as f64).round() as usize;
    let (low, high) = clopper_pearson(accepted, impostor, CONFIDENCE)?;
    let calibration = Calibration {
        schema: SCHEMA.into(),
        model: results.model,
        set: Some(results.set),
        sources: results.sources,
        pooling: results.pooling,
        list: scores.list.file.display().to_string(),
        mode: args.mode,
        far: args.far,
        threshold: at.threshold,
        achieved_far: at.achieved_far,
        far_interval: [low, high],
        tar: at.tar,
        tar_interval: at.interval,
        impostor,
        k_zero: at.k_zero,
    };
    let out = args.out.clone().unwrap_or_else(|| args.run.join("calibration.json"));
    files::write(&out, (serde_json::to_string_pretty(&calibration)? + "\n").as_bytes())?;
    Ok(text(&calibration, &out))
}

fn text(c: &Calibration, out: &Path) -> String {
    let few = match c.k_zero {
        true => "\nToo few impostors for one false accept at this rate (k=0): the threshold lies above all of them.",
        false => "",
    };
    format!(
        "threshold {:.4} (cosine; accept at or above): FAR {:.2e} of {} impostor pairs (95 % {:.1e} to {:.1e}), TAR {:.4} ({:.4} to {:.4}), \
         asked for FAR {:e} ({}).{few}\n{}\n",
        c.threshold, c.achieved_far, c.impostor, c.far_interval[0], c.far_interval[1], c.tar, c.tar_interval[0], c.tar_interval[1],
        c.far, c.mode, out.display()
    )
}
