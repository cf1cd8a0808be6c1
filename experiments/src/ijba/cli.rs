//! The command line of `cargo xtask reproduce ijba`.

use super::config::{Config, DataKind, Start};
use crate::shell::quoted;
use anyhow::{ensure, Context, Result};
use clap::Parser;
use l2face_image::AlignPolicy;
use std::path::PathBuf;

/// Reproduce the paper's IJB-A experiment.
///
/// Without --ijba it trains and tests on procedurally generated faces: IJB-A is licensed (NIST gives it out on request).
/// The table goes to stdout; progress and logs go to stderr; results.json, report.md and report.html go to --out.
#[derive(Parser, Debug)]
#[command(name = "cargo xtask reproduce ijba", version)]
pub struct Args {
    /// Folder with IJB-A's published layout (IJB-A_11_sets, IJB-A_1N_sets, img, frame).
    #[arg(long, value_name = "DIR", requires = "train")]
    pub ijba: Option<PathBuf>,
    /// Training photographs: an image folder, one directory per person.
    #[arg(long, value_name = "DIR", requires = "ijba")]
    pub train: Option<PathBuf>,
    /// Train only on the people listed here (one directory name a line).
    #[arg(long, value_name = "FILE", requires = "train")]
    pub train_list: Option<PathBuf>,
    /// Detector landmarks (CSV) of training or test photographs; may be repeated.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "ijba")]
    pub landmarks: Vec<PathBuf>,
    /// Which points may align a face: auto, landmarks, protocol, box.
    #[arg(long, value_name = "POLICY", requires = "ijba")]
    pub align: Option<AlignPolicy>,
    /// Rows of the table, for example softmax,l2:12,l2:16,l2:trained; with +tpe (l2:16+tpe) the same network, templates embedded by TPE.
    #[arg(long, value_name = "ROWS", value_delimiter = ',')]
    pub rows: Vec<String>,
    /// Seeds; the table shows their mean.
    #[arg(long, value_name = "SEEDS", value_delimiter = ',')]
    pub seeds: Vec<u64>,
    /// A variant (generated, quick, photos, paper) or a TOML file.
    #[arg(long, value_name = "NAME|FILE")]
    pub config: Option<String>,
    /// A published network in place of the configuration's: resnet101, resnext101, iresnet50, face-resnet, ...; the crop becomes its own.
    #[arg(long, value_name = "NAME")]
    pub backbone: Option<String>,
    /// Weights to start from (.safetensors, .pth, a model folder, hf:OWNER/NAME): ImageNet's, or a network trained before.
    #[arg(long, value_name = "FILE")]
    pub start: Option<PathBuf>,
    /// Beginnings of names in --start that are drawn instead, for example `fc.`; may be repeated.
    #[arg(long, value_name = "PREFIX", requires = "start")]
    pub start_but: Vec<String>,
    /// The smallest run that shows everything: two rows, about two minutes.
    #[arg(long, conflicts_with_all = ["config", "ijba"])]
    pub quick: bool,
    /// Change one setting, for example train.epochs=20; may be repeated.
    #[arg(long, value_name = "A.B=C")]
    pub set: Vec<String>,
    /// cpu, cuda:0 or metal.
    #[arg(long)]
    pub device: Option<String>,
    /// Where everything is written; run the same command again to resume.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print results.json to stdout in place of the table.
    #[arg(long)]
    pub json: bool,
    /// Choose learning rates: train every row at every rate of the grid on the tuning seed, judged on held-out training people.
    #[arg(long)]
    pub tune: bool,
    /// Print the resolved configuration and stop.
    #[arg(long)]
    pub show_config: bool,
}

impl Args {
    /// The variant that the arguments name or imply.
    pub fn variant(&self) -> &str {
        match (&self.config, self.quick, &self.ijba) {
            (Some(name), _, _) => name,
            (None, true, _) => "quick",
            (None, false, Some(_)) => "photos",
            (None, false, None) => "generated",
        }
    }

    /// The resolved configuration.
    ///
    /// # Errors
    /// Those of [`Config::load`], and real data without its folders.
    pub fn config(&self) -> Result<Config> {
        let mut config = Config::load(self.variant(), &self.set)?;
        if let Some(device) = &self.device {
            config.device.clone_from(device);
        }
        if !self.rows.is_empty() {
            config.rows.clone_from(&self.rows);
            config.name_rows();
        }
        if !self.seeds.is_empty() {
            config.seeds.clone_from(&self.seeds);
        }
        if let Some(name) = &self.backbone {
            config.take_backbone(name).context("--backbone")?;
        }
        if let Some(weights) = &self.start {
            config.start = Some(Start { weights: weights.clone(), but: self.start_but.clone() });
        }
        self.real_data(&mut config);
        let real = config.data.kind == DataKind::Real;
        ensure!(
            !real || config.data.ijba.is_some(),
            "configuration {} is for real data: name it with --ijba DIR --train DIR",
            self.variant()
        );
        config.settle_tpe();
        config.check().context("after the command line's own settings")?;
        Ok(config)
    }

    fn real_data(&self, config: &mut Config) {
        if self.ijba.is_none() {
            return;
        }
        config.data.kind = DataKind::Real;
        config.data.ijba.clone_from(&self.ijba);
        config.data.train.clone_from(&self.train);
        if self.train_list.is_some() {
            config.data.train_list.clone_from(&self.train_list);
        }
        if !self.landmarks.is_empty() {
            config.data.landmarks.clone_from(&self.landmarks);
        }
        config.data.align = self.align.unwrap_or(config.data.align);
    }

    /// The out folder: the one named, or `runs/ijba-VARIANT-HASH`, one for each configuration.
    pub fn out(&self, config: &Config) -> Result<PathBuf> {
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        let variant = PathBuf::from(self.variant());
        let stem = variant.file_stem().map_or("custom".into(), |s| s.to_string_lossy().into_owned());
        let tune = if self.tune { "-tune" } else { "" };
        Ok(PathBuf::from("runs").join(format!("ijba-{stem}-{}{tune}", crate::hash::short(config)?)))
    }

    /// The command that makes the same results again, quoted for a shell; without `--out` and `--json`, which change none.
    pub fn command(&self) -> String {
        let mut words = vec![];
        let mut add = |flag: &str, value: String| words.extend([flag.to_string(), quoted(&value)]);
        let path = |p: &PathBuf| p.display().to_string();
        self.config.iter().for_each(|c| add("--config", c.clone()));
        self.ijba.iter().for_each(|p| add("--ijba", path(p)));
        self.train.iter().for_each(|p| add("--train", path(p)));
        self.train_list.iter().for_each(|p| add("--train-list", path(p)));
        self.landmarks.iter().for_each(|p| add("--landmarks", path(p)));
        self.align.iter().for_each(|a| add("--align", a.to_string()));
        (!self.rows.is_empty()).then(|| add("--rows", self.rows.join(",")));
        let seeds: Vec<String> = self.seeds.iter().map(u64::to_string).collect();
        (!seeds.is_empty()).then(|| add("--seeds", seeds.join(",")));
        self.set.iter().for_each(|s| add("--set", s.clone()));
        self.backbone.iter().for_each(|b| add("--backbone", b.clone()));
        self.start.iter().for_each(|p| add("--start", path(p)));
        self.start_but.iter().for_each(|b| add("--start-but", b.clone()));
        self.device.iter().for_each(|d| add("--device", d.clone()));
        if self.quick {
            words.push("--quick".into());
        }
        ["cargo xtask reproduce ijba".to_string()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
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
            assert_eq!(Args::parse_from(all).landmarks, [PathBuf::from("c"), PathBuf::from("d")]);
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
