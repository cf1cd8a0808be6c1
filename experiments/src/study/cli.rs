//! The options that every experiment of `reproduce` has.

use super::align_by::AlignBy;
use super::config::{Config, DataKind, Experiment, Start};
use crate::shell::quoted;
use anyhow::{bail, Context, Result};
use l2face_image::AlignPolicy;
use std::path::{Path, PathBuf};

/// Options of every experiment. The experiment's own folder of data has the id `data`.
#[derive(clap::Args, Debug)]
pub struct Common {
    /// Training photographs: an image folder, one directory per person.
    #[arg(long, value_name = "DIR", requires = "data")]
    pub train: Option<PathBuf>,
    /// Train only on the people listed here (one directory name a line).
    #[arg(long, value_name = "FILE", requires = "train")]
    pub train_list: Option<PathBuf>,
    /// Detector landmarks (CSV) of training or test photographs; may be repeated.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "data")]
    pub landmarks: Vec<PathBuf>,
    /// Which points may align a test face: auto, landmarks, protocol, box; detect: MTCNN's, and where it finds no face those of auto.
    #[arg(long, value_name = "POLICY", requires = "data")]
    pub align: Option<AlignBy>,
    /// MTCNN's weights for --align detect: the folder with pnet.pt, rnet.pt and onet.pt of the Python package facenet-pytorch.
    #[arg(long, value_name = "PATH", requires = "align")]
    pub detector: Option<PathBuf>,
    /// Rows of the table, for example softmax,l2:12,l2:16,l2:trained; ijba: with +tpe (l2:16+tpe) the same network, templates embedded by TPE.
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
    #[arg(long, conflicts_with_all = ["config", "data"])]
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
    /// Print the resolved configuration and stop.
    #[arg(long)]
    pub show_config: bool,
}

impl Common {
    /// The variant that the arguments name or imply; `real` if the experiment's folder is named.
    pub fn variant(&self, real: bool) -> &str {
        match (&self.config, self.quick, real) {
            (Some(name), _, _) => name,
            (None, true, _) => "quick",
            (None, false, true) => "photos",
            (None, false, false) => "generated",
        }
    }

    /// The configuration with these options; the experiment's own are still to be put in, and [`Config::check`] is to follow.
    ///
    /// # Errors
    /// Those of [`Config::load`].
    pub fn config(&self, experiment: Experiment, real: bool) -> Result<Config> {
        let mut config = Config::load(experiment, self.variant(real), &self.set)?;
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
        if real {
            self.real_data(&mut config)?;
        }
        Ok(config)
    }

    fn real_data(&self, config: &mut Config) -> Result<()> {
        config.data.kind = DataKind::Real;
        config.data.train.clone_from(&self.train);
        if self.train_list.is_some() {
            config.data.train_list.clone_from(&self.train_list);
        }
        if !self.landmarks.is_empty() {
            config.data.landmarks.clone_from(&self.landmarks);
        }
        match (self.align, &self.detector) {
            (Some(AlignBy::Detect), None) => {
                bail!("--align detect needs --detector PATH: the folder with MTCNN's weights")
            }
            (Some(AlignBy::Given(_)), Some(_)) => bail!("--detector is for --align detect"),
            (Some(AlignBy::Given(policy)), None) => config.data.align = policy,
            (Some(AlignBy::Detect), Some(path)) => {
                config.data.align = AlignPolicy::Auto;
                config.data.detector = Some(path.clone());
            }
            (None, _) => {}
        }
        Ok(())
    }

    /// The out folder: the one named, or `runs/EXPERIMENT-VARIANT-HASH`, one for each configuration.
    ///
    /// # Errors
    /// None in practice.
    pub fn out(&self, config: &Config, real: bool, suffix: &str) -> Result<PathBuf> {
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        let variant = PathBuf::from(self.variant(real));
        let stem = variant.file_stem().map_or("custom".into(), |s| s.to_string_lossy().into_owned());
        let name = format!("{}-{stem}-{}{suffix}", config.experiment, crate::hash::short(config)?);
        Ok(PathBuf::from("runs").join(name))
    }

    /// The command that makes the same results again, quoted for a shell; without `--out` and `--json`, which change none. `own` are the
    /// experiment's own options.
    pub fn command(&self, experiment: Experiment, own: &[(&str, String)]) -> String {
        let mut words = vec![format!("cargo xtask reproduce {experiment}")];
        let mut add = |flag: &str, value: String| words.extend([flag.to_string(), quoted(&value)]);
        let path = |p: &Path| p.display().to_string();
        self.config.iter().for_each(|c| add("--config", c.clone()));
        own.iter().for_each(|(flag, value)| add(flag, value.clone()));
        self.train.iter().for_each(|p| add("--train", path(p)));
        self.train_list.iter().for_each(|p| add("--train-list", path(p)));
        self.landmarks.iter().for_each(|p| add("--landmarks", path(p)));
        self.align.iter().for_each(|a| add("--align", a.to_string()));
        self.detector.iter().for_each(|p| add("--detector", path(p)));
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
        words.join(" ")
    }
}
