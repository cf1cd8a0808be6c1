//! The command line of `cargo xtask reproduce ijba`.

use crate::study::cli::Common;
use crate::study::config::{Config, DataKind, Experiment};
use anyhow::{ensure, Context, Result};
use clap::Parser;
use std::path::PathBuf;

/// Reproduce the paper's IJB-A experiment.
///
/// Without --ijba it trains and tests on procedurally generated faces: IJB-A is licensed (NIST gives it out on request).
/// The table goes to stdout; progress and logs go to stderr; results.json, report.md and report.html go to --out.
#[derive(Parser, Debug)]
#[command(name = "cargo xtask reproduce ijba", version)]
pub struct Args {
    /// Folder with IJB-A's published layout (IJB-A_11_sets, IJB-A_1N_sets, img, frame).
    #[arg(id = "data", long = "ijba", value_name = "DIR", requires = "train")]
    pub ijba: Option<PathBuf>,
    /// What every experiment has.
    #[command(flatten)]
    pub common: Common,
    /// Choose learning rates: train every row at every rate of the grid on the tuning seed, judged on held-out training people.
    #[arg(long)]
    pub tune: bool,
}

impl Args {
    /// The resolved configuration.
    ///
    /// # Errors
    /// Those of [`Config::load`], and real data without its folders.
    pub fn config(&self) -> Result<Config> {
        let real = self.ijba.is_some();
        let mut config = self.common.config(Experiment::Ijba, real)?;
        config.data.ijba = self.ijba.clone().or(config.data.ijba);
        ensure!(
            config.data.kind != DataKind::Real || config.data.ijba.is_some(),
            "configuration {} is for real data: name it with --ijba DIR --train DIR",
            self.common.variant(real)
        );
        config.settle_tpe();
        config.check().context("after the command line's own settings")?;
        Ok(config)
    }

    /// The out folder: the one named, or one for each configuration.
    ///
    /// # Errors
    /// None in practice.
    pub fn out(&self, config: &Config) -> Result<PathBuf> {
        self.common.out(config, self.ijba.is_some(), if self.tune { "-tune" } else { "" })
    }

    /// The command that makes the same results again.
    pub fn command(&self) -> String {
        let own: Vec<_> = self.ijba.iter().map(|p| ("--ijba", p.display().to_string())).collect();
        self.common.command(Experiment::Ijba, &own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn again(words: &[&str]) {
        let args = Args::parse_from(["ijba"].iter().chain(words));
        let command = args.command();
        let tail = command.strip_prefix("cargo xtask reproduce ").expect("the runner");
        let split = tail.split(' ').map(|w| w.trim_matches('\''));
        assert_eq!(Args::parse_from(split).config().unwrap().seeds, args.config().unwrap().seeds);
        let twice = Args::parse_from(tail.split(' ').map(|w| w.trim_matches('\'')));
        assert_eq!(
            crate::hash::of(&twice.config().unwrap()).unwrap(),
            crate::hash::of(&args.config().unwrap()).unwrap()
        );
    }

    #[test]
    fn the_command_makes_the_same_configuration_again() {
        again(&[]);
        again(&["--quick", "--seeds", "4,5"]);
        again(&["--ijba", "a", "--train", "b", "--align", "detect", "--detector", "m"]);
        again(&["--quick", "--backbone", "resnet18", "--start", "w.pth", "--start-but", "fc."]);
        again(&["--rows", "softmax,l2:trained", "--set", "train.epochs=2", "--set", "tune.grid=[0.1,0.2]"]);
        again(&[
            "--ijba",
            "a",
            "--train",
            "b",
            "--landmarks",
            "c.csv",
            "d.csv",
            "--align",
            "box",
            "--train-list",
            "l.txt",
        ]);
    }

    #[test]
    fn several_landmark_files_are_taken_in_either_form() {
        for words in [&["--landmarks", "c", "d"][..], &["--landmarks", "c", "--landmarks", "d"]] {
            let all = ["ijba", "--ijba", "a", "--train", "b"].iter().chain(words);
            assert_eq!(Args::parse_from(all).common.landmarks, [PathBuf::from("c"), PathBuf::from("d")]);
        }
    }

    #[test]
    fn forty_thousand_presentations_a_row_by_default() {
        let config = Args::parse_from(["ijba"]).config().unwrap();
        let world = &config.data.world;
        let batches = world.train_people * world.images_per_person / config.train.batch;
        assert!(batches * config.train.batch * config.train.epochs as usize >= 40_000);
        let work = 6 * config.backbone().unwrap().graph().unwrap().cost().multiply_adds;
        assert!((120_000_000..180_000_000).contains(&work), "{work} operations a training image");
    }
}
