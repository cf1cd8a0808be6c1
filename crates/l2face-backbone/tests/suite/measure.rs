//! What a network computes with the generator's weights, how far two results are apart, and how far they may be.
use crate::common::{squares, Vars};
use crate::generator::numbers;
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::ModuleT;
use l2face_backbone::{build, Backbone, BackboneConfig, NetworkConfig};
use l2face_graph::{Input, Op};
use l2face_image::{CropTarget, Preproc, Template};
use std::collections::BTreeMap;

/// Output and gradients, in f64.
pub struct Pass {
    pub output: Tensor,
    pub gradients: BTreeMap<String, Tensor>,
}

/// In training, then in evaluation with the running averages that the training pass left.
pub struct Run {
    pub training: Pass,
    pub evaluation: Pass,
}

/// With a crop of that size, whose template does not matter here.
pub fn configured(network: NetworkConfig, [height, width]: [usize; 2]) -> Result<BackboneConfig> {
    let target = CropTarget { width, height, ..CropTarget::native(Template::Arc112) };
    Ok(BackboneConfig { network, input: Preproc::new(target) })
}

pub fn run(
    config: &BackboneConfig,
    (image, shape): (&str, &[usize]),
    dtype: DType,
    start: impl Fn(&str, &[usize]) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Run> {
    run_on(&Device::Cpu, config, (image, shape), dtype, start)
}

pub fn run_on(
    device: &Device,
    config: &BackboneConfig,
    (image, shape): (&str, &[usize]),
    dtype: DType,
    start: impl Fn(&str, &[usize]) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Run> {
    let vars = Vars::starting(start).on(device);
    let net = build(config, vars.builder(dtype))?;
    let x = numbers(image, shape)?.to_dtype(dtype)?.to_device(device)?;
    Ok(Run { training: pass(&net, &vars, &x, true)?, evaluation: pass(&net, &vars, &x, false)? })
}

pub fn pass(net: &Backbone, vars: &Vars, x: &Tensor, train: bool) -> Result<Pass> {
    let y = net.forward_t(x, train)?;
    let pattern = numbers("gradient", y.dims())?.to_dtype(x.dtype())?.to_device(x.device())?;
    let grads = (&y * pattern)?.sum_all()?.backward()?;
    let gradient = |(name, var): (String, Var)| match grads.get(&var) {
        Some(gradient) => Ok((name, here(gradient)?)),
        None => candle_core::bail!("{name} got no gradient"),
    };
    let gradients = vars.trained().into_iter().map(gradient).collect::<Result<_>>()?;
    Ok(Pass { output: here(&y)?, gradients })
}

/// On the CPU, in f64.
fn here(t: &Tensor) -> Result<Tensor> {
    t.to_device(&Device::Cpu)?.to_dtype(DType::F64)
}

pub fn norm(t: &Tensor) -> Result<f64> {
    Ok(squares(t)?.sqrt())
}

/// |a - b| / |b|.
pub fn distance(a: &Tensor, b: &Tensor) -> Result<f64> {
    Ok(norm(&(a - b)?)? / norm(b)?)
}

/// [`distance`] of all gradients as one vector.
pub fn gradient_distance(a: &Pass, b: &Pass) -> Result<f64> {
    let (mut difference, mut size) = (0., 0.);
    for (name, b) in &b.gradients {
        difference += squares(&(&a.gradients[name] - b)?)?;
        size += squares(b)?;
    }
    Ok((difference / size).sqrt())
}

/// The product with the pattern of that name, and the pattern's norm.
pub fn product(pattern: &str, t: &Tensor) -> Result<(f64, f64)> {
    let pattern = numbers(pattern, t.dims())?;
    Ok(((t * &pattern)?.sum_all()?.to_scalar()?, norm(&pattern)?))
}

/// How many times PyTorch's own f32 error ours may be: more where Winograd's transforms cost digits.
pub fn limit(config: &BackboneConfig) -> Result<f64> {
    Ok(if uses_winograd(config)? { 10. } else { 3. })
}

/// By the rule of l2face-ops (`winograd::suits`): plain 3x3 convolutions at stride 1 with 16 channels and more on both sides.
pub fn uses_winograd(config: &BackboneConfig) -> Result<bool> {
    let graph = config.graph()?;
    let suits = |node: &l2face_graph::Node| match (&node.op, node.inputs.get(1)) {
        (Op::Conv { stride: 1, groups: 1, .. }, Some(Input::Weight(name))) => {
            matches!(graph.weights()[name][..], [o, c, 3, 3] if o >= 16 && c >= 16)
        }
        _ => false,
    };
    Ok(graph.nodes().iter().any(suits))
}

#[test]
fn which_published_networks_use_winograd() -> Result<()> {
    let direct = |name: &&str| BackboneConfig::named(name).and_then(|config| uses_winograd(&config)).is_ok_and(|w| !w);
    let names: Vec<&str> = BackboneConfig::names().filter(direct).collect();
    assert_eq!(names, ["resnext101", "mbf", "mbf-large"]);
    Ok(())
}
