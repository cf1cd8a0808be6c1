//! Every network in few blocks against PyTorch: outputs and each parameter's gradient, from ../fixtures, which ../networks.py writes.
use crate::generator::start;
use crate::measure::{configured, distance, gradient_distance, limit, norm, product, run, Run};
use candle_core::{DType, Result, Tensor};
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
    /// How far PyTorch's f32 is from its f64: outputs in training and evaluation, all gradients as one vector; root mean square over `images`.
    f32: [f64; 3],
    /// The names that the images are generated from.
    #[serde(default = "one_image")]
    images: Vec<String>,
}

fn one_image() -> Vec<String> {
    vec!["image".into()]
}

fn agrees_with_pytorch(run: &Run, fixture: &Fixture, name: &str) -> Result<()> {
    let (training, evaluation) = (&run.training.output, &run.evaluation.output);
    for (what, got, want) in
        [("training", training, &fixture.training), ("evaluation", evaluation, &fixture.evaluation)]
    {
        let error = distance(got, &Tensor::new(want.as_slice(), got.device())?.reshape(got.shape())?)?;
        assert!(error <= 1e-8, "{name}, {what}: {error:e}");
    }
    let names = |n: &mut dyn Iterator<Item = &String>| n.cloned().collect::<Vec<_>>();
    let gradients = &run.training.gradients;
    assert_eq!(names(&mut gradients.keys()), names(&mut fixture.gradients.keys()), "{name}: parameters");
    // A bias that a batch norm takes away again has a gradient of nothing but rounding: that is measured by the largest.
    let largest = fixture.gradients.values().map(|g| g[0]).fold(0., f64::max);
    for (parameter, gradient) in gradients {
        let [want_norm, want_product] = fixture.gradients[parameter];
        let size = want_norm.max(1e-6 * largest);
        let (got, pattern) = product(parameter, gradient)?;
        let error = [(norm(gradient)? - want_norm).abs() / size, (got - want_product).abs() / (size * pattern)];
        assert!(error[0] <= 1e-8 && error[1] <= 1e-8, "{name}, gradient of {parameter}: {error:?}");
    }
    Ok(())
}

type Start = fn(&str, &[usize]) -> Result<Tensor>;

fn check_from(name: &str, fixture: &str, network: NetworkConfig, start: Start, fixed: &[&str]) -> Result<()> {
    let fixture: Fixture = serde_json::from_str(fixture).expect("a fixture");
    let config = configured(network, [fixture.image[2], fixture.image[3]])?;
    let (limit, mut sums) = (limit(&config)?, [0.; 3]);
    for image in &fixture.images {
        let at = |dtype| -> Result<Run> {
            let mut run = run(&config, (image, &fixture.image), dtype, start)?;
            run.training.gradients.retain(|name, _| !fixed.contains(&name.as_str()));
            Ok(run)
        };
        let exact = at(DType::F64)?;
        if image == "image" {
            agrees_with_pytorch(&exact, &fixture, name)?;
        }
        let errors = f32_errors(&at(DType::F32)?, &exact)?;
        sums.iter_mut().zip(errors).for_each(|(sum, error)| *sum += error * error);
    }
    let errors = sums.map(|sum| (sum / fixture.images.len() as f64).sqrt());
    println!("{name}: f32 {errors:?}, PyTorch's {:?}, limit {limit} times", fixture.f32);
    for (got, theirs) in errors.iter().zip(fixture.f32) {
        assert!(*got <= limit * theirs, "{name}: f32 {errors:?}, not {limit} times PyTorch's {:?}", fixture.f32);
    }
    Ok(())
}

/// As [`Fixture::f32`] has them.
fn f32_errors(fast: &Run, exact: &Run) -> Result<[f64; 3]> {
    Ok([
        distance(&fast.training.output, &exact.training.output)?,
        distance(&fast.evaluation.output, &exact.evaluation.output)?,
        gradient_distance(&fast.training, &exact.training)?,
    ])
}

fn check(name: &str, fixture: &str, network: NetworkConfig) -> Result<()> {
    check_from(name, fixture, network, start, &[])
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
        check(name, fixture, NetworkConfig::Resnet(config))?;
    }
    Ok(())
}

fn small_iresnet() -> IResNetConfig {
    IResNetConfig { height: 40, width: 40, blocks: SMALL, embedding: 8, ..IResNetConfig::iresnet18() }
}

#[test]
fn iresnet() -> Result<()> {
    check("iresnet", include_str!("../fixtures/iresnet.json"), NetworkConfig::Iresnet(small_iresnet()))
}

/// AdaFace's last batch norm has no scale and no offset: ours are 1 and 0, and not trained.
fn ir_start(name: &str, shape: &[usize]) -> Result<Tensor> {
    match name {
        "features.weight" => start(name, shape)?.ones_like(),
        "features.bias" => start(name, shape)?.zeros_like(),
        _ => start(name, shape),
    }
}

/// The names of AdaFace's variables are compared in src/naming.rs, from the same fixture.
#[test]
fn adaface_s_and_cvlface_s_iresnet() -> Result<()> {
    let config = IResNetConfig { shortcut: IResNetShortcut::Subsample, ..small_iresnet() };
    let fixed = ["features.weight", "features.bias"];
    check_from("ir", include_str!("../fixtures/ir.json"), NetworkConfig::Iresnet(config), ir_start, &fixed)
}

#[test]
fn mobile_face_nets() -> Result<()> {
    let small = MobileFaceNetConfig { blocks: SMALL, scale: 1, embedding: 8, ..MobileFaceNetConfig::mbf() };
    let large = MobileFaceNetConfig { blocks: [2, 1, 1, 1], ..small.clone() };
    for (fixture, config) in [
        (include_str!("../fixtures/mobilefacenet.json"), small),
        (include_str!("../fixtures/mobilefacenet_large.json"), large),
    ] {
        check("mobilefacenet", fixture, NetworkConfig::MobileFaceNet(config))?;
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
    check("all-in-one", include_str!("../fixtures/all_in_one.json"), NetworkConfig::AllInOne(config))
}

#[test]
fn face_resnets() -> Result<()> {
    let stage = |convs: &[usize], units, pool| Stage { convs: convs.to_vec(), units, pool };
    let plain = FaceResNetConfig {
        stages: vec![stage(&[4, 6], 1, Pool::BeforeUnits), stage(&[5], 2, Pool::None)],
        embedding: 7,
        ..FaceResNetConfig::paper(20, 18)
    };
    let normed = FaceResNetConfig {
        stages: vec![stage(&[4], 1, Pool::AfterUnits), stage(&[6, 5], 1, Pool::BeforeUnits)],
        embedding: 7,
        ..FaceResNetConfig::photos(20, 18)
    };
    for (name, fixture, config) in [
        ("plain", include_str!("../fixtures/face_resnet_plain.json"), plain),
        ("normed", include_str!("../fixtures/face_resnet_normed.json"), normed),
    ] {
        check(name, fixture, NetworkConfig::FaceResnet(config))?;
    }
    Ok(())
}
