//! Training one row: a loop to be read from top to bottom.

use super::config::{Config, ScheduleKind};
use super::start;
use crate::progress::Progress;
use anyhow::{bail, ensure, Context, Result};
use candle_core::backprop::GradStore;
use candle_core::{DType, Device};
use candle_nn::ModuleT;
use l2face_backbone::{build, is_frozen, Backbone};
use l2face_data::{Dataset, Loader, LoaderConfig};
use l2face_head::{Head, HeadConfig};
use l2face_train::{finite_loss, groups, Counters, RunDir, Schedule, SeededVars, Sgd, SgdConfig, Snapshot, TrainError};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A row's network and head with their variables.
pub struct Model {
    /// From crops to features.
    pub backbone: Backbone,
    /// From features to a loss.
    pub head: Box<dyn Head>,
    /// Every variable and buffer by name, `backbone.…` and `head.…`.
    pub vars: SeededVars,
}

impl Model {
    /// Draws the row's model from `seed`, then takes the start weights if there are any; the same for every row, but for the head's own
    /// parameters.
    pub fn new(config: &Config, row: &str, classes: usize, seed: u64, device: &Device) -> Result<Self> {
        let vars = SeededVars::new(seed, DType::F32, device);
        let root = vars.builder();
        let backbone = build(&config.backbone()?, root.pp("backbone"))?;
        let head: HeadConfig = row.parse().with_context(|| format!("row {row}"))?;
        let head = head.build(config.model.embedding(), classes, root.pp("head"))?;
        start::apply(config, &vars)?;
        Ok(Self { backbone, head, vars })
    }
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
    /// Set when the run cannot succeed any more: stop at the next step.
    pub stop: &'a AtomicBool,
}

impl Job<'_> {
    /// A number that is not finite becomes [`Diverged`]; every other error stays itself.
    fn diverged(&self, step: u64, error: TrainError) -> anyhow::Error {
        match error {
            TrainError::NonFinite { .. } => {
                Diverged { step, rate: self.rate, row: self.row.into(), lower: self.rate / 3.0 }.into()
            }
            other => other.into(),
        }
    }
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
    let mut sgd = optimiser(&model, job.config)?;
    let schedule = schedule(job.config, job.rate, steps)?;
    let run = RunDir::open(folder, &(job.row, job.rate, job.seed))?;
    let checkpoint = folder.join("checkpoint.safetensors");
    let mut at = resume(&checkpoint, &model, &mut sgd, job.seed)?;
    run.truncate_log_after(at.step)?;

    let progress = Progress::new(&format!("train {} seed {}", job.row, job.seed), "steps", steps as usize);
    let loader = loader(job)?;
    let mut saved = Instant::now();
    while at.epoch < t.epochs {
        for batch in Loader::epoch(job.data.clone(), &loader, at.epoch, at.batch as usize)? {
            ensure!(!job.stop.load(Ordering::SeqCst), "stopped, because another row failed");
            let (images, labels) = batch?.tensors(job.device)?;
            let rate = schedule.lr(at.step);
            let features = model.backbone.forward_t(&images, true)?;
            let (loss, grads) = model.head.backward(&features, &labels)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            update(&mut sgd, &grads, value, rate).map_err(|error| job.diverged(at.step, error))?;
            at.batch += 1;
            at.step += 1;
            run.log(&serde_json::json!({"step": at.step, "loss": value, "lr": rate}))?;
            progress.set(at.step as usize, &format!("loss {value:.3}"));
            if saved.elapsed() > Duration::from_secs_f64(t.checkpoint_seconds) {
                save(&checkpoint, &model, &sgd, &at)?;
                saved = Instant::now();
            }
        }
        at = Counters { epoch: at.epoch + 1, batch: 0, ..at };
    }
    let trained = summary(&run, &model)?;
    save(&checkpoint, &model, &sgd, &at)?;
    progress.finish(&format!("loss {:.3}", trained.final_loss));
    Ok((model, trained))
}

fn update(sgd: &mut Sgd, grads: &GradStore, value: f64, rate: f64) -> Result<(), TrainError> {
    finite_loss(value)?;
    sgd.step(grads, rate)?;
    Ok(())
}

fn optimiser(model: &Model, config: &Config) -> Result<Sgd> {
    let t = &config.train;
    let clip_norm = (t.clip_norm > 0.0).then_some(t.clip_norm);
    let params = groups(&model.vars.vars(), &t.groups, is_frozen);
    Ok(Sgd::new(params, SgdConfig { momentum: t.momentum, weight_decay: t.weight_decay, clip_norm })?)
}

fn schedule(config: &Config, peak: f64, steps: u64) -> Result<Schedule> {
    let t = &config.train;
    let schedule = match t.schedule {
        ScheduleKind::OneCycle => {
            Schedule::OneCycle { peak, steps, warmup_fraction: t.warmup, div: 25.0, final_div: 1e4 }
        }
        ScheduleKind::Step => Schedule::Step { base: peak, milestones: t.milestones.clone(), gamma: t.gamma },
        ScheduleKind::Poly => {
            Schedule::Poly { base: peak, power: 1.0, steps, warmup: (t.warmup * steps as f64) as u64 }
        }
    };
    schedule.check()?;
    Ok(schedule)
}

fn loader(job: &Job<'_>) -> Result<LoaderConfig> {
    let c = job.config;
    Ok(LoaderConfig {
        batch: c.train.batch,
        seed: job.seed,
        augment: c.augment(),
        preproc: c.preproc()?,
        prefetch: 4,
        drop_last: true,
    })
}

fn save(path: &Path, model: &Model, sgd: &Sgd, at: &Counters) -> Result<()> {
    let mut snapshot = Snapshot { meta: serde_json::to_value(at)?, ..Snapshot::default() };
    snapshot.insert("model", model.vars.tensors()?);
    snapshot.insert("sgd", sgd.state()?);
    snapshot.save_atomic(path).with_context(|| format!("cannot write {}", path.display()))
}

fn resume(path: &Path, model: &Model, sgd: &mut Sgd, seed: u64) -> Result<Counters> {
    if !path.exists() {
        return Ok(Counters { seed, ..Counters::default() });
    }
    let snapshot = Snapshot::load(path)?;
    model.vars.load_strict(&snapshot.group("model"))?;
    sgd.load_state(&snapshot.group("sgd"))?;
    serde_json::from_value(snapshot.meta).with_context(|| format!("{}: counters", path.display()))
}

fn summary(run: &RunDir, model: &Model) -> Result<Trained> {
    let curve: Vec<[f64; 2]> = run.records()?.iter().filter_map(point).collect();
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
