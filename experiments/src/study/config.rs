//! The configuration of an experiment: one struct, TOML variants that hold only what differs, `--set a.b=c` last.

use super::layers;
use crate::row_name::{trained_name, RowName};
use anyhow::{bail, ensure, Context, Result};
use l2face_backbone::{BackboneConfig, NetworkConfig};
use l2face_eval::{Pooling, TpeConfig};
use l2face_image::{AlignPolicy, Augment, ColourOrder, CropTarget, Origin, Preproc, Template};
use l2face_metrics::AccuracyMode;
use l2face_synth::WorldSpec;
use l2face_train::GroupRules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use toml::Value;

/// Which experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Experiment {
    /// IJB-A, 1:1 and 1:N, ten splits.
    Ijba,
    /// Labeled Faces in the Wild, ten folds.
    Lfw,
    /// YouTube Faces, ten folds.
    Ytf,
}

impl fmt::Display for Experiment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ijba => "ijba",
            Self::Lfw => "lfw",
            Self::Ytf => "ytf",
        })
    }
}

/// Everything that determines the numbers of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `ijba`, `lfw` or `ytf`.
    pub experiment: Experiment,
    /// One world (if generated), initialisation and order of images a seed.
    pub seeds: Vec<u64>,
    /// Head of each row: `softmax`, `l2:16`, `l2:trained`; `l2:16+tpe` is the network of `l2:16` evaluated with TPE.
    pub rows: Vec<String>,
    /// `cpu`, `cuda:0`, `metal`.
    pub device: String,
    /// Where the faces come from.
    pub data: Data,
    /// The crop that the network sees.
    pub crop: Crop,
    /// Augmentation of training crops.
    pub augment: AugmentConfig,
    /// The network.
    pub model: NetworkConfig,
    /// Weights that training starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// The optimiser and its schedule.
    pub train: Train,
    /// From crops to templates.
    pub evaluate: Evaluate,
    /// How learning rates are chosen by `--tune`.
    pub tune: Tune,
}

/// Weights that training starts from: an ImageNet classifier, or a network that was trained before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The file: .safetensors, .pt, .pth or .ckpt.
    pub weights: PathBuf,
    /// Beginnings of names that are drawn in place of loaded: the classifier of another task.
    #[serde(default)]
    pub but: Vec<String>,
}

/// Generated or real data.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Which of the two.
    pub kind: DataKind,
    /// Settings of the generator (used when `kind = "generated"`).
    #[serde(default)]
    pub world: WorldSpec,
    /// Folder with IJB-A's published layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ijba: Option<PathBuf>,
    /// LFW's or YouTube Faces' folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<PathBuf>,
    /// The list of pairs, if it does not lie in `set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<PathBuf>,
    /// At most so many frames of a video (YouTube Faces).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_frames: Option<NonZeroUsize>,
    /// Image folder for training, one directory per person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<PathBuf>,
    /// The people of `train` that may be trained on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_list: Option<PathBuf>,
    /// Files of detector landmarks, for training and test photographs.
    pub landmarks: Vec<PathBuf>,
    /// Which points may align a face.
    pub align: AlignPolicy,
    /// MTCNN's weights: test faces are aligned by what it finds, and by `align` where it finds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detector: Option<PathBuf>,
    /// Which of the paper's tables stands beside the rows.
    #[serde(default)]
    pub paper: PaperTable,
}

/// The paper's tables of Face-ResNet, by training set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperTable {
    /// Trained on 13,403 people.
    #[default]
    MsSmall,
    /// Trained on 58,207 people.
    MsLarge,
}

/// Where the faces come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// Procedural faces (l2face-synth).
    Generated,
    /// The user's photographs.
    Real,
}

/// Geometry, colour and scale of a crop.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// The landmark template.
    pub template: Template,
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// insightface or matlab: whether the template's coordinates call the first pixel's centre 0 or 1.
    #[serde(default, skip_serializing_if = "Origin::is_default")]
    pub origin: Origin,
    /// Shrink by area before the bilinear warp.
    pub antialias: bool,
    /// Order of the colour planes.
    pub order: ColourOrder,
    /// Subtracted from every value.
    pub mean: f32,
    /// Multiplies every value afterwards.
    pub scale: f32,
}

/// Augmentation of training crops.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AugmentConfig {
    /// Mirror half of the crops.
    pub mirror: bool,
    /// Largest shift in pixels, in both directions.
    pub max_shift: usize,
}

/// The optimiser.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Train {
    pub batch: usize,
    pub epochs: u64,
    pub momentum: f64,
    pub weight_decay: f64,
    pub groups: GroupRules,
    pub schedule: ScheduleKind,
    pub warmup: f64,
    pub milestones: Vec<u64>,
    pub gamma: f64,
    pub clip_norm: f64,
    pub checkpoint_seconds: f64,
    /// The rates above were chosen by `--tune` on this seed; none if they were set beforehand without a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates_chosen_on_seed: Option<u64>,
    pub learning_rate: BTreeMap<String, f64>,
}

/// The shape of the learning rate over the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ScheduleKind {
    OneCycle,
    Step,
    Poly,
}

/// From crops to templates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluate {
    /// Whether the mirror image's raw feature is added.
    pub flip: Flip,
    /// Template pooling.
    pub pooling: Pooling,
    /// Crops a forward pass.
    pub batch: usize,
    /// Pairs in folds: how thresholds are chosen; as InsightFace does if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<AccuracyMode>,
    /// How TPE is trained for rows with `+tpe`, its defaults if it is left out; orders by the row's seed. None without such rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tpe: Option<TpeConfig>,
}

/// Flip fusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Flip {
    None,
    Sum,
}

/// The choice of learning rates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Tune {
    pub grid: Vec<f64>,
    pub seed: u64,
    pub holdout: f64,
}

impl Config {
    /// Reads a variant by name (or a TOML file by path) over the base, then applies `--set` assignments in order.
    ///
    /// # Errors
    /// An unknown variant, TOML that does not parse, an unknown key, a value of the wrong type or out of range, another experiment's file.
    pub fn load(experiment: Experiment, variant: &str, assignments: &[String]) -> Result<Self> {
        let table = layers::resolve(experiment, variant, assignments)?;
        let config = Value::Table(table).try_into::<Config>();
        let mut config = config.with_context(|| format!("configuration {variant} with {assignments:?}"))?;
        ensure!(
            config.experiment == experiment,
            "configuration {variant} is for `reproduce {}`, not for {experiment}",
            config.experiment
        );
        config.name_rows();
        if assignments.iter().any(|a| a.starts_with("train.learning_rate")) {
            config.train.rates_chosen_on_seed = None;
        }
        config.check()?;
        Ok(config)
    }

    /// Gives every row its one name, so that `l2:16.0` finds the rate of `l2:16`; what is no row keeps its text and is refused later.
    pub fn name_rows(&mut self) {
        for row in &mut self.rows {
            if let Ok(name) = row.parse::<RowName>() {
                *row = name.to_string();
            }
        }
    }

    /// The seed on which the learning rates of all rows were chosen; none if one of them was set otherwise.
    pub fn rates_chosen_on_seed(&self) -> Option<u64> {
        let named = |row: &String| self.train.learning_rate.contains_key(trained_name(row));
        self.train.rates_chosen_on_seed.filter(|_| self.rows.iter().all(named))
    }

    /// Refuses values that cannot be meant.
    pub fn check(&self) -> Result<()> {
        ensure!(!self.seeds.is_empty(), "seeds is empty: name at least one, for example --set seeds=[1]");
        if let Some(seed) = self.train.rates_chosen_on_seed.filter(|seed| self.seeds.contains(seed)) {
            bail!("the learning rates were chosen on seed {seed}, so it cannot be reported: choose other seeds");
        }
        let different: std::collections::BTreeSet<_> = self.seeds.iter().collect();
        ensure!(different.len() == self.seeds.len(), "a seed is named twice in {:?}", self.seeds);
        ensure!(!self.rows.is_empty(), "rows is empty: name at least one, for example --rows softmax,l2:16");
        let unique: std::collections::BTreeSet<_> = self.rows.iter().collect();
        ensure!(unique.len() == self.rows.len(), "a row is named twice in {:?}", self.rows);
        ensure!(self.train.batch >= 2, "train.batch is {}: at least 2", self.train.batch);
        ensure!(self.evaluate.batch >= 1, "evaluate.batch is 0: at least 1");
        ensure!(self.train.epochs >= 1, "train.epochs is 0: at least 1");
        ensure!((0.0..1.0).contains(&self.train.momentum), "train.momentum is {}: in [0, 1)", self.train.momentum);
        ensure!((0.0..1.0).contains(&self.tune.holdout), "tune.holdout is {}: in [0, 1)", self.tune.holdout);
        let seconds = self.train.checkpoint_seconds;
        ensure!(
            (0.0..=30.0).contains(&seconds),
            "train.checkpoint_seconds is {seconds}: in [0, 30], the work a kill may cost"
        );
        ensure!((0.0..1.0).contains(&self.train.warmup), "train.warmup is {}: in [0, 1)", self.train.warmup);
        let clip = self.train.clip_norm;
        ensure!(clip.is_finite() && clip >= 0.0, "train.clip_norm is {clip}: 0 (off) or above");
        let decay = self.train.weight_decay;
        ensure!(decay.is_finite() && decay >= 0.0, "train.weight_decay is {decay}: 0 or above");
        let gamma = self.train.gamma;
        ensure!(gamma.is_finite() && gamma > 0.0, "train.gamma is {gamma}: above 0");
        let splits = self.data.world.splits;
        ensure!(
            splits == 10,
            "data.world.splits is {splits}: IJB-A has 10 (LFW and YouTube Faces as many folds), and a protocol is read as it is released"
        );
        let (mean, scale) = (self.crop.mean, self.crop.scale);
        ensure!(
            mean.is_finite() && scale.is_finite() && scale != 0.0,
            "crop.mean is {mean}, crop.scale {scale}: finite, the scale not 0"
        );
        self.backbone()?.variables().context("the model does not fit its crop")?;
        let grid = &self.tune.grid;
        ensure!(grid.iter().all(|r| r.is_finite() && *r > 0.0), "tune.grid is {grid:?}: every rate above 0");
        for (row, rate) in &self.train.learning_rate {
            ensure!(rate.is_finite() && *rate > 0.0, "train.learning_rate.{row} is {rate}: above 0");
            let network = trained_name(row);
            ensure!(
                network == row,
                "train.learning_rate.{row}: this row is the network of {network}, set the rate of that"
            );
        }
        self.check_tpe()
    }

    /// The network and its input.
    pub fn backbone(&self) -> Result<BackboneConfig> {
        Ok(BackboneConfig { network: self.model.clone(), input: self.preproc()? })
    }

    /// Takes a published network and the crop that it is published for.
    ///
    /// # Errors
    /// A name that does not exist.
    pub fn take_backbone(&mut self, name: &str) -> Result<()> {
        let BackboneConfig { network, input } = BackboneConfig::named(name)?;
        let CropTarget { template, width, height, origin } = input.target;
        self.crop = Crop { template, width, height, origin, ..self.crop.clone() };
        self.model = network;
        Ok(())
    }

    /// The typed preprocessing that travels with the weights.
    pub fn preproc(&self) -> Result<Preproc> {
        let c = &self.crop;
        let target = CropTarget::new(c.template, c.width, c.height)?.with_origin(c.origin);
        Ok(Preproc { target, order: c.order, mean: c.mean, scale: c.scale })
    }

    /// The augmentation of training crops.
    pub fn augment(&self) -> Augment {
        Augment { mirror: self.augment.mirror, max_shift: self.augment.max_shift }
    }

    /// The peak learning rate of a row.
    ///
    /// # Errors
    /// Neither the row nor `default` is in `train.learning_rate`.
    pub fn learning_rate(&self, row: &str) -> Result<f64> {
        let rates = &self.train.learning_rate;
        match rates.get(trained_name(row)).or_else(|| rates.get("default")) {
            Some(rate) => Ok(*rate),
            None => bail!("no learning rate for row {row}: --set 'train.learning_rate.default=0.1'"),
        }
    }
}
