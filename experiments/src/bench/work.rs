//! What is measured: the rows of the table, and one step of each.
use anyhow::{bail, Result};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::ModuleT;
use l2face_backbone::{Bottleneck, BottleneckSizes, FaceResNet, FaceResNetConfig, Pool, ResNet, ResNetConfig, Stage};
use l2face_head::{Alpha, Head, L2Softmax, LogitBudget, Softmax};
use l2face_train::{groups, GroupRules, SeededVars, Sgd, SgdConfig};
use serde::{Deserialize, Serialize};

/// Classes of the small classifier behind a network.
const CLASSES: usize = 1000;

/// What a row is to reach against PyTorch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// Least ratio of CPU seconds, PyTorch's over ours.
    pub ratio: f64,
    /// Most of our peak memory over PyTorch's.
    pub memory_ratio: Option<f64>,
    /// Most memory beyond what stood before the first step and the gradient of W, MB (10^6 bytes).
    pub extra_mb: Option<f64>,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Its name, as on the command line.
    pub name: &'static str,
    /// What one step is.
    pub what: &'static str,
    /// What it is to reach.
    pub goal: Goal,
    /// Bytes of the gradient that a step gives back and that no implementation can do without.
    pub gradient: usize,
}

const fn goal(ratio: f64) -> Goal {
    Goal { ratio, memory_ratio: None, extra_mb: None }
}

const fn row(name: &'static str, what: &'static str, goal: Goal) -> Work {
    Work { name, what, goal, gradient: 0 }
}

/// All rows.
pub const ROWS: [Work; 8] = [
    row(
        "face-resnet-train",
        "Face-ResNet, 112x96, batch 16: training step",
        Goal { memory_ratio: Some(0.6), ..goal(1.5) },
    ),
    row("face-resnet-infer", "Face-ResNet, 112x96, batch 16: features", goal(1.8)),
    row("small-train", "9 convolutions with batch norm, 64x64, batch 32: training step", goal(1.5)),
    row("resnet50-train", "ResNet-50, 112x112, batch 16: training step", goal(1.15)),
    row("resnext-block", "256 -> 128 in 32 groups -> 256 at 28x28, batch 16: forward and backward", goal(1.3)),
    Work {
        gradient: 58_207 * 2048,
        ..row("head-58k", "512 -> 58,207, batch 256, logits kept: forward and backward", goal(1.35))
    },
    Work {
        gradient: 58_207 * 2048,
        ..row("head-58k-blockwise", "the same, block by block", Goal { extra_mb: Some(20.), ..goal(1.05) })
    },
    Work {
        gradient: 1_000_000 * 2048,
        ..row(
            "head-1m-blockwise",
            "512 -> 1,000,000, batch 32, block by block",
            Goal { extra_mb: Some(64.), ..goal(1.) },
        )
    },
];

/// The row of this name.
///
/// # Errors
/// When there is none, with those that there are.
pub fn known(name: &str) -> Result<&'static Work> {
    match ROWS.iter().find(|row| row.name == name) {
        Some(row) => Ok(row),
        None => bail!("there is no row `{name}`; there are {}", ROWS.map(|row| row.name).join(", ")),
    }
}

/// One step of a row, again and again.
pub type Step = Box<dyn FnMut() -> Result<()>>;

/// Makes inputs and variables of the row; each call of the result is one step.
///
/// # Errors
/// A row that does not exist.
pub fn step(name: &str) -> Result<Step> {
    let paper = FaceResNetConfig::paper(112, 96);
    match name {
        "face-resnet-train" => training(16, [112, 96], 512, move |vb| FaceResNet::new(&paper, vb)),
        "face-resnet-infer" => inference(16, [112, 96], move |vb| FaceResNet::new(&paper, vb)),
        "small-train" => training(32, [64, 64], 128, |vb| FaceResNet::new(&small(), vb)),
        "resnet50-train" => training(16, [112, 112], 512, |vb| ResNet::new(&ResNetConfig::resnet50(512), vb)),
        "resnext-block" => block(),
        "head-58k" => head(256, 58_207, LogitBudget::KEEP),
        "head-58k-blockwise" => head(256, 58_207, LogitBudget::BLOCKWISE),
        "head-1m-blockwise" => head(32, 1_000_000, LogitBudget::BLOCKWISE),
        other => bail!("there is no row `{other}`"),
    }
}

/// 9 convolutions, two residual units among them.
fn small() -> FaceResNetConfig {
    let stage = |convs: &[usize], units| Stage { convs: convs.to_vec(), units, pool: Pool::BeforeUnits };
    FaceResNetConfig {
        stages: vec![stage(&[32, 64], 1), stage(&[128], 1), stage(&[256], 0), stage(&[], 0)],
        padding: 1,
        batch_norm: true,
        embedding: 128,
        ..FaceResNetConfig::paper(64, 64)
    }
}

fn noise(shape: &[usize]) -> Result<Tensor> {
    Ok(Tensor::randn(0f32, 1., shape, &Device::Cpu)?)
}

fn labels(batch: usize, classes: usize) -> Result<Tensor> {
    let labels: Vec<u32> = (0..batch).map(|i| (i * 7919 % classes) as u32).collect();
    Ok(Tensor::from_vec(labels, batch, &Device::Cpu)?)
}

fn training<N: ModuleT + 'static>(
    batch: usize,
    [height, width]: [usize; 2],
    features: usize,
    net: impl FnOnce(candle_nn::VarBuilder<'_>) -> candle_core::Result<N>,
) -> Result<Step> {
    let vars = SeededVars::new(1, DType::F32, &Device::Cpu);
    let net = net(vars.builder().pp("net"))?;
    let head = Softmax::new(features, CLASSES, vars.builder().pp("head"))?;
    let params = groups(&vars.vars(), &GroupRules::default(), |_| false);
    let mut sgd = Sgd::new(params, SgdConfig { momentum: 0.9, weight_decay: 5e-4, clip_norm: None })?;
    let (x, t) = (noise(&[batch, 3, height, width])?, labels(batch, CLASSES)?);
    Ok(Box::new(move || {
        let (loss, grads) = head.backward(&net.forward_t(&x, true)?, &t)?;
        sgd.step(&grads, 1e-3)?;
        finite(&loss)
    }))
}

fn finite(loss: &Tensor) -> Result<()> {
    match loss.to_scalar::<f32>()?.is_finite() {
        true => Ok(()),
        false => bail!("the loss is not finite: nothing to time"),
    }
}

fn inference<N: ModuleT + 'static>(
    batch: usize,
    [height, width]: [usize; 2],
    net: impl Fn(candle_nn::VarBuilder<'_>) -> candle_core::Result<N>,
) -> Result<Step> {
    let vars = SeededVars::new(1, DType::F32, &Device::Cpu);
    net(vars.builder())?;
    // Constants in place of variables: nothing is kept for a backward pass.
    let constants = vars.tensors()?.into_iter().map(|(name, t)| (name, t.detach())).collect();
    let net = net(candle_nn::VarBuilder::from_tensors(constants, DType::F32, &Device::Cpu))?;
    let x = noise(&[batch, 3, height, width])?;
    Ok(Box::new(move || {
        net.forward_t(&x, false)?;
        Ok(())
    }))
}

fn block() -> Result<Step> {
    let vars = SeededVars::new(1, DType::F32, &Device::Cpu);
    let sizes = BottleneckSizes { inputs: 256, width: 128, outputs: 256, stride: 1, groups: 32 };
    let block = Bottleneck::new(sizes, &vars.builder())?;
    let x = Var::from_tensor(&noise(&[16, 256, 28, 28])?)?;
    Ok(Box::new(move || {
        let y = block.forward_t(&x, true)?;
        let grads = y.sum_all()?.backward()?;
        match grads.get(&x) {
            Some(_) => Ok(()),
            None => bail!("the block's input got no gradient"),
        }
    }))
}

fn head(batch: usize, classes: usize, budget: LogitBudget) -> Result<Step> {
    let (weight, bias) = (drawn_in_place(classes)?, Var::zeros(classes, DType::F32, &Device::Cpu)?);
    let named = [("weight", &weight), ("bias", &bias)].map(|(name, var)| (name.to_string(), var.as_tensor().clone()));
    let vb = candle_nn::VarBuilder::from_tensors(named.into_iter().collect(), DType::F32, &Device::Cpu);
    let head = L2Softmax::new(512, classes, Alpha::Fixed(16.), vb)?.with_budget(budget);
    let x = Var::from_tensor(&noise(&[batch, 512])?)?;
    let t = labels(batch, classes)?;
    Ok(Box::new(move || {
        let (loss, grads) = head.backward(&x, &t)?;
        match [&weight, &bias, &x].iter().all(|var| grads.get(var).is_some()) {
            true => finite(&loss),
            false => bail!("a variable of the head got no gradient"),
        }
    }))
}

/// A matrix (classes, 512) of small numbers, drawn piece by piece: freed memory of a copy would hide what a step takes.
fn drawn_in_place(classes: usize) -> Result<Var> {
    const PIECE: usize = 16;
    let weight = Var::zeros((classes, 512), DType::F32, &Device::Cpu)?;
    for from in (0..classes).step_by(PIECE) {
        let piece = Tensor::rand(-0.076f32, 0.076, (PIECE.min(classes - from), 512), &Device::Cpu)?;
        weight.as_detached_tensor().slice_set(&piece, 0, from)?;
    }
    Ok(weight)
}
