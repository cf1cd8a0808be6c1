//! Training one row: a loop to be read from top to bottom.

use super::config::{Config, ScheduleKind};
use crate::progress::Progress;
use anyhow::{bail, Context, Result};
use candle_core::{DType, Device};
use candle_nn::ModuleT;
use l2face_backbone::FaceResNet;
use l2face_data::{Dataset, Loader, LoaderConfig};
use l2face_head::{Head, HeadConfig};
use l2face_train::{paper_groups, RunDir, Schedule, SeededVars, Sgd, SgdConfig, Snapshot};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A row's network and head with their variables.
pub struct Model {
    /// From crops to features.
    pub backbone: FaceResNet,
    /// From features to a loss.
    pub head: Box<dyn Head>,
    /// Every variable and buffer by name, `backbone.…` and `head.…`.
    pub vars: SeededVars,
}

impl Model {
    /// Draws the row's model from `seed`; the same for every row, but for the head's own parameters.
    pub fn new(config: &Config, row: &str, classes: usize, seed: u64, device: &Device) -> Result<Self> {
        let vars = SeededVars::new(seed, DType::F32, device.clone());
        let root = vars.builder();
        let backbone = FaceResNet::new(&config.model, root.pp("backbone"))?;
        let head: HeadConfig = row.parse().with_context(|| format!("row {row}"))?;
        let head = head.build(config.model.embedding, classes, root.pp("head"))?;
        Ok(Self { backbone, head, vars })
    }
}

/// Where a training run stands, saved with every checkpoint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Counters {
    epoch: u64,
    batch: usize,
    step: u64,
}

/// What a training run leaves beside the weights.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trained {
    /// Loss against step, as logged.
    pub curve: Vec<[f64; 2]>,
    /// Mean loss of the last tenth of the steps.
    pub final_loss: f64,
    /// Mean loss of the tenth before, to see whether it still falls.
    pub earlier_loss: f64,
    /// The radius at the end, of a head that has one.
    pub alpha: Option<f64>,
}

/// A loss or gradient that is not a number any more.
#[derive(Debug, thiserror::Error)]
#[error("training diverged at step {step} (learning rate {rate}): lower it, for example --set 'train.learning_rate.{row}={lower}'")]
pub struct Diverged {
    step: u64,
    rate: f64,
    row: String,
    lower: f64,
}

/// What [`train`] needs to know of its row.
pub struct Job<'a> {
    /// The whole configuration.
    pub config: &'a Config,
    /// The row's name, also in `train.learning_rate`.
    pub row: &'a str,
    /// The peak learning rate.
    pub rate: f64,
    /// The seed of the row.
    pub seed: u64,
    /// The aligned crops.
    pub data: Arc<dyn Dataset>,
    /// Where to compute.
    pub device: &'a Device,
}

/// Trains a row, or goes on where its run folder's checkpoint stands.
///
/// # Errors
/// [`Diverged`]; whatever data, folder or device report.
pub fn train(job: &Job<'_>, folder: &Path) -> Result<(Model, Trained)> {
    let t = &job.config.train;
    let steps_per_epoch = job.data.len() / t.batch;
    if steps_per_epoch == 0 {
        bail!("{} training crops do not fill one batch of {}: --set train.batch=N", job.data.len(), t.batch);
    }
    let steps = t.epochs * steps_per_epoch as u64;
    let model = Model::new(job.config, job.row, job.data.classes(), job.seed, job.device)?;
    let mut sgd = optimiser(&model, job.config);
    let schedule = schedule(job.config, job.rate, steps)?;
    let mut run = RunDir::open(folder, &(job.row, job.rate, job.seed))?;
    let checkpoint = folder.join("checkpoint.safetensors");
    let mut at = resume(&checkpoint, &model, &mut sgd)?;
    run.truncate_log_after(at.step)?;

    let progress = Progress::new(&format!("train {} seed {}", job.row, job.seed), "steps", steps as usize);
    let loader = loader(job)?;
    let mut saved = Instant::now();
    while at.epoch < t.epochs {
        for batch in Loader::epoch(job.data.clone(), &loader, at.epoch, at.batch)? {
            let (images, labels) = batch?.tensors(job.device)?;
            let rate = schedule.lr(at.step);
            let features = model.backbone.forward_t(&images, true)?;
            let loss = model.head.loss(&features, &labels)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            let diverged = || Diverged { step: at.step, rate, row: job.row.into(), lower: job.rate / 3.0 };
            if !value.is_finite() || sgd.step(&loss.backward()?, rate).is_err() {
                return Err(diverged().into());
            }
            at.batch += 1;
            at.step += 1;
            run.log(&serde_json::json!({"step": at.step, "loss": value, "lr": rate}))?;
            progress.set(at.step as usize, &format!("loss {value:.3}"));
            if saved.elapsed() > Duration::from_secs_f64(t.checkpoint_seconds) {
                save(&checkpoint, &model, &sgd, &at)?;
                saved = Instant::now();
            }
        }
        at = Counters { epoch: at.epoch + 1, batch: 0, step: at.step };
    }
    let trained = summary(&run, &model)?;
    save(&checkpoint, &model, &sgd, &at)?;
    progress.finish(&format!("loss {:.3}", trained.final_loss));
    Ok((model, trained))
}

fn optimiser(model: &Model, config: &Config) -> Sgd {
    let t = &config.train;
    let clip_norm = (t.clip_norm > 0.0).then_some(t.clip_norm);
    let frozen = |name: &str| !config.model.batch_norm && l2face_backbone::is_frozen(name);
    let params = paper_groups(&model.vars.vars(), frozen);
    Sgd::new(params, SgdConfig { momentum: t.momentum, weight_decay: t.weight_decay, clip_norm })
}

fn schedule(config: &Config, peak: f64, steps: u64) -> Result<Schedule> {
    let t = &config.train;
    Ok(match t.schedule {
        ScheduleKind::OneCycle => Schedule::OneCycle { peak, steps, warmup_fraction: t.warmup },
        ScheduleKind::Step => Schedule::Step { base: peak, milestones: t.milestones.clone(), gamma: t.gamma },
        ScheduleKind::Poly => Schedule::Poly { base: peak, power: 1.0, steps, warmup: (t.warmup * steps as f64) as u64 },
    })
}

fn loader(job: &Job<'_>) -> Result<LoaderConfig> {
    let c = job.config;
    Ok(LoaderConfig { batch: c.train.batch, seed: job.seed, augment: c.augment(), preproc: c.preproc()?, prefetch: 4, drop_last: true })
}

fn save(path: &Path, model: &Model, sgd: &Sgd, at: &Counters) -> Result<()> {
    let mut tensors = model.vars.tensors();
    tensors.extend(sgd.state().into_iter().map(|(name, tensor)| (format!("sgd.{name}"), tensor)));
    Snapshot { tensors, meta: serde_json::to_value(at)? }.save_atomic(path)?;
    Ok(())
}

fn resume(path: &Path, model: &Model, sgd: &mut Sgd) -> Result<Counters> {
    if !path.exists() {
        return Ok(Counters::default());
    }
    let snapshot = Snapshot::load(path)?;
    let (state, weights): (Vec<_>, Vec<_>) = snapshot.tensors.into_iter().partition(|(name, _)| name.starts_with("sgd."));
    model.vars.load_strict(&weights.into_iter().collect())?;
    let strip = |(name, tensor): (String, _)| (name["sgd.".len()..].to_string(), tensor);
    sgd.load_state(&state.into_iter().map(strip).collect())?;
    serde_json::from_value(snapshot.meta).with_context(|| format!("{}: counters", path.display()))
}

fn summary(run: &RunDir, model: &Model) -> Result<Trained> {
    let curve: Vec<[f64; 2]> = run.read_log()?.iter().filter_map(point).collect();
    let tenth = (curve.len() / 10).max(1);
    let mean = |part: &[[f64; 2]]| part.iter().map(|p| p[1]).sum::<f64>() / part.len().max(1) as f64;
    let (before, last) = curve.split_at(curve.len() - tenth);
    let earlier = mean(&before[before.len().saturating_sub(tenth)..]);
    let alpha = model.head.alpha().transpose()?;
    Ok(Trained { final_loss: mean(last), earlier_loss: earlier, alpha, curve: thin(&curve, 200) })
}

fn point(line: &serde_json::Value) -> Option<[f64; 2]> {
    Some([line.get("step")?.as_f64()?, line.get("loss")?.as_f64()?])
}

/// At most `points` means over equal stretches of the curve.
fn thin(curve: &[[f64; 2]], points: usize) -> Vec<[f64; 2]> {
    let size = curve.len().div_ceil(points).max(1);
    let mean = |part: &[[f64; 2]]| part.iter().map(|p| p[1]).sum::<f64>() / part.len() as f64;
    curve.chunks(size).map(|part| [part[part.len() - 1][0], mean(part)]).collect()
}
