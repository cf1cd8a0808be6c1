//! The command line of `cargo xtask reproduce lfw` and `ytf`.

use crate::report::{self, pairs};
use crate::study::cli::Common;
use crate::study::config::{Config, DataKind, Experiment};
use crate::{device, row_name};
use anyhow::{bail, ensure, Context, Result};
use clap::{CommandFactory, FromArgMatches, Parser};
use l2face_metrics::AccuracyMode;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

/// Reproduce the paper's experiment on LFW or YouTube Faces.
///
/// Without --data it trains and tests on procedurally generated faces, the test people arranged in the data set's layout.
/// The table goes to stdout; progress and logs go to stderr; results.json, report.md and report.html go to --out.
#[derive(Parser, Debug)]
#[command(version)]
pub struct Args {
    /// LFW's folder (Name/Name_0001.jpg, pairs.txt) or YouTube Faces' (aligned_images_DB or frame_images_DB, splits.txt).
    #[arg(id = "data", long = "data", value_name = "DIR", requires = "train")]
    pub data: Option<PathBuf>,
    /// The list of pairs, if it does not lie in --data: pairs.txt; splits.txt or splits_corrected.txt.
    #[arg(long, value_name = "FILE", requires = "data")]
    pub pairs: Option<PathBuf>,
    /// ytf: at most so many frames of a video, evenly spaced; all without it.
    #[arg(long, value_name = "N", requires = "data")]
    pub max_frames: Option<NonZeroUsize>,
    /// How a fold's threshold is chosen on the others: insightface-grid, sphereface, exact.
    #[arg(long, value_name = "MODE")]
    pub accuracy: Option<AccuracyMode>,
    /// What every experiment has.
    #[command(flatten)]
    pub common: Common,
}

impl Args {
    /// The resolved configuration.
    ///
    /// # Errors
    /// Those of [`Config::load`], real data without its folders, a row with `+tpe`.
    pub fn config(&self, experiment: Experiment) -> Result<Config> {
        let real = self.data.is_some();
        let mut config = self.common.config(experiment, real)?;
        config.data.set = self.data.clone().or(config.data.set);
        config.data.pairs = self.pairs.clone().or(config.data.pairs);
        config.data.max_frames = self.max_frames.or(config.data.max_frames);
        config.evaluate.accuracy = self.accuracy.or(config.evaluate.accuracy);
        ensure!(
            config.data.kind != DataKind::Real || config.data.set.is_some(),
            "configuration {} is for real data: name it with --data DIR --train DIR",
            self.common.variant(real)
        );
        if let Some(row) = config.rows.iter().find(|row| row_name::has_tpe(row)) {
            bail!("row {row}: TPE is trained on IJB-A's training splits, which {experiment} does not have; leave +tpe out");
        }
        config.check().context("after the command line's own settings")?;
        Ok(config)
    }

    /// The command that makes the same results again.
    pub fn command(&self, experiment: Experiment) -> String {
        let path = |p: &PathBuf| p.display().to_string();
        let mut own: Vec<(&str, String)> = self.data.iter().map(|p| ("--data", path(p))).collect();
        own.extend(self.pairs.iter().map(|p| ("--pairs", path(p))));
        own.extend(self.max_frames.iter().map(|n| ("--max-frames", n.to_string())));
        own.extend(self.accuracy.iter().map(|mode| ("--accuracy", mode.to_string())));
        self.common.command(experiment, &own)
    }
}

/// The program: parses, runs, writes the report; the table or results.json as text for stdout.
pub fn main(experiment: Experiment) -> ExitCode {
    let name = match experiment {
        Experiment::Ytf => "cargo xtask reproduce ytf",
        _ => "cargo xtask reproduce lfw",
    };
    let matches = <Args as CommandFactory>::command().name(name).bin_name(name).get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    crate::finish(execute(experiment, &args))
}

fn execute(experiment: Experiment, args: &Args) -> Result<String> {
    let config = args.config(experiment)?;
    if args.common.show_config {
        return Ok(toml::to_string(&config)?);
    }
    let device = device::choose(&config.device)?;
    let out = args.common.out(&config, args.data.is_some(), "")?;
    let results = super::run(&config, &device, &out, &args.command(experiment))?;
    pairs::write_all(&results, &out)?;
    eprintln!("report: {}", out.join("report.html").display());
    match args.common.json {
        true => report::json(&results),
        false => Ok(pairs::table(&results)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_makes_the_same_configuration_again() {
        let real = [
            "--data",
            "a",
            "--train",
            "b",
            "--pairs",
            "p",
            "--max-frames",
            "5",
            "--accuracy",
            "exact",
            "--align",
            "box",
        ];
        for words in [&[][..], &["--quick"], &real, &["--rows", "softmax", "--set", "train.epochs=2"]] {
            for experiment in [Experiment::Lfw, Experiment::Ytf] {
                let args = Args::parse_from(["x"].iter().chain(words));
                let command = args.command(experiment);
                let start = format!("cargo xtask reproduce {experiment}");
                let again = Args::parse_from(["x"].into_iter().chain(command[start.len()..].split_whitespace()));
                let hash = |args: &Args| crate::hash::of(&args.config(experiment).unwrap()).unwrap();
                assert!(command.starts_with(&start));
                assert_eq!(hash(&again), hash(&args));
            }
        }
    }

    #[test]
    fn every_variant_is_the_experiments_own() {
        for (words, rows) in [(&[][..], 4), (&["--quick"], 2)] {
            let config = Args::parse_from(["x"].iter().chain(words)).config(Experiment::Lfw).unwrap();
            assert_eq!((config.experiment, config.rows.len()), (Experiment::Lfw, rows));
            assert_eq!(config.data.world.impostors, 300);
        }
        let error = Args::parse_from(["x", "--rows", "softmax+tpe"]).config(Experiment::Ytf).unwrap_err();
        assert!(error.to_string().contains("leave +tpe out"), "{error}");
    }
}
