//! Every network against PyTorch: outputs and each parameter's gradient, from ../fixtures, which ../networks.py writes.
use crate::common::{squares, Vars};
use crate::generator::{numbers, start};
use candle_core::{DType, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_backbone::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Fixture {
    image: Vec<usize>,
    training: Vec<f64>,
    evaluation: Vec<f64>,
    /// Norm, and product with the pattern of the parameter's name.
    gradients: BTreeMap<String, [f64; 2]>,
    /// How far PyTorch's f32 is from its f64: outputs in training and evaluation, all gradients as one vector.
    f32: [f64; 3],
}

/// What a network computes, in f64.
struct Run {
    training: Tensor,
    evaluation: Tensor,
    gradients: BTreeMap<String, Tensor>,
}

type Build<'a> = &'a dyn Fn(VarBuilder<'_>) -> Result<Box<dyn ModuleT>>;

fn run(build: Build<'_>, image: &[usize], dtype: DType) -> Result<Run> {
    let vars = Vars::starting(start);
    let net = build(vars.builder(dtype))?;
    let x = numbers("image", image)?.to_dtype(dtype)?;
    let y = net.forward_t(&x, true)?;
    let grads = (&y * numbers("gradient", y.dims())?.to_dtype(dtype)?)?.sum_all()?.backward()?;
    let gradient = |(name, var): (String, candle_core::Var)| match grads.get(&var) {
        Some(gradient) => Ok((name, gradient.to_dtype(DType::F64)?)),
        None => candle_core::bail!("{name} got no gradient"),
    };
    Ok(Run {
        training: y.to_dtype(DType::F64)?,
        evaluation: net.forward_t(&x, false)?.to_dtype(DType::F64)?,
        gradients: vars.trained().into_iter().map(gradient).collect::<Result<_>>()?,
    })
}

/// |a - b| / |b|.
fn distance(a: &Tensor, b: &Tensor) -> Result<f64> {
    Ok((squares(&(a - b)?)? / squares(b)?).sqrt())
}

fn agrees_with_pytorch(run: &Run, fixture: &Fixture, name: &str) -> Result<()> {
    for (what, got, want) in
        [("training", &run.training, &fixture.training), ("evaluation", &run.evaluation, &fixture.evaluation)]
    {
        let error = distance(got, &Tensor::new(want.as_slice(), got.device())?.reshape(got.shape())?)?;
        assert!(error <= 1e-8, "{name}, {what}: {error:e}");
    }
    let names = |n: &mut dyn Iterator<Item = &String>| n.cloned().collect::<Vec<_>>();
    assert_eq!(names(&mut run.gradients.keys()), names(&mut fixture.gradients.keys()), "{name}: parameters");
    // A bias that a batch norm takes away again has a gradient of nothing but rounding: that is measured by the largest.
    let largest = fixture.gradients.values().map(|g| g[0]).fold(0., f64::max);
    for (parameter, gradient) in &run.gradients {
        let [norm, product] = fixture.gradients[parameter];
        let size = norm.max(1e-6 * largest);
        let pattern = numbers(parameter, gradient.dims())?;
        let got = [squares(gradient)?.sqrt(), (gradient * &pattern)?.sum_all()?.to_scalar()?];
        let error = [(got[0] - norm).abs() / size, (got[1] - product).abs() / (size * squares(&pattern)?.sqrt())];
        assert!(error[0] <= 1e-8 && error[1] <= 1e-8, "{name}, gradient of {parameter}: {error:?}");
    }
    Ok(())
}

/// All gradients as one vector.
fn joined(run: &Run) -> Result<Tensor> {
    let parts = run.gradients.values().map(Tensor::flatten_all).collect::<Result<Vec<_>>>()?;
    Tensor::cat(&parts, 0)
}

fn check(name: &str, fixture: &str, build: Build<'_>) -> Result<()> {
    let fixture: Fixture = serde_json::from_str(fixture).expect("a fixture");
    let exact = run(build, &fixture.image, DType::F64)?;
    agrees_with_pytorch(&exact, &fixture, name)?;
    let fast = run(build, &fixture.image, DType::F32)?;
    let errors = [
        distance(&fast.training, &exact.training)?,
        distance(&fast.evaluation, &exact.evaluation)?,
        distance(&joined(&fast)?, &joined(&exact)?)?,
    ];
    println!("{name}: f32 {errors:?}, PyTorch's {:?}", fixture.f32);
    for (got, theirs) in errors.iter().zip(fixture.f32) {
        assert!(*got <= 10. * theirs, "{name}: f32 errors {errors:?}, PyTorch's {:?}", fixture.f32);
    }
    Ok(())
}

fn boxed<M: ModuleT + 'static>(net: M) -> Box<dyn ModuleT> {
    Box::new(net)
}

const SMALL: [usize; 4] = [1, 2, 1, 1];

#[test]
fn resnets() -> Result<()> {
    let bottleneck = ResNetConfig { blocks: SMALL, ..ResNetConfig::resnet50(8) };
    for (name, fixture, config) in [
        (
            "basic",
            include_str!("../fixtures/resnet_basic.json"),
            ResNetConfig { blocks: SMALL, ..ResNetConfig::resnet18(8) },
        ),
        ("bottleneck", include_str!("../fixtures/resnet_bottleneck.json"), bottleneck),
        (
            "resnext",
            include_str!("../fixtures/resnext.json"),
            ResNetConfig { groups: 32, width_per_group: 4, ..bottleneck },
        ),
    ] {
        check(name, fixture, &|vb| ResNet::new(&config, vb).map(boxed))?;
    }
    Ok(())
}

#[test]
fn iresnet() -> Result<()> {
    let config = IResNetConfig { height: 40, width: 40, blocks: SMALL, embedding: 8, ..IResNetConfig::iresnet18() };
    check("iresnet", include_str!("../fixtures/iresnet.json"), &|vb| IResNet::new(&config, vb).map(boxed))
}

#[test]
fn mobile_face_nets() -> Result<()> {
    let small = MobileFaceNetConfig { blocks: SMALL, scale: 1, embedding: 8, ..MobileFaceNetConfig::mbf() };
    let large = MobileFaceNetConfig { blocks: [2, 1, 1, 1], ..small.clone() };
    for (fixture, config) in [
        (include_str!("../fixtures/mobilefacenet.json"), small),
        (include_str!("../fixtures/mobilefacenet_large.json"), large),
    ] {
        check("mobilefacenet", fixture, &|vb| MobileFaceNet::new(&config, vb).map(boxed))?;
    }
    Ok(())
}

#[test]
fn all_in_one() -> Result<()> {
    let config = AllInOneConfig {
        height: 131,
        width: 131,
        widths: [16, 18, 20, 20, 16, 24, 24],
        hidden: 16,
        embedding: 8,
        dropout: 0.,
        dropout_seed: 0,
    };
    check("all-in-one", include_str!("../fixtures/all_in_one.json"), &|vb| AllInOne::new(&config, vb).map(boxed))
}
