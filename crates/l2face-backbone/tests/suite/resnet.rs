//! ResNet and ResNeXt: sizes, gradients, and the fast operations against the composed ones.
use crate::common::{formula, squares, Vars};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder, VarMap};
use l2face_backbone::{BlockKind, ResNet, ResNetConfig};

/// All four stages in a few blocks.
const TINY: ResNetConfig =
    ResNetConfig { block: BlockKind::Bottleneck, blocks: [1, 2, 1, 1], groups: 4, width_per_group: 2, embedding: 8 };

fn build(config: &ResNetConfig, dtype: DType) -> Result<(VarMap, ResNet)> {
    let vars = VarMap::new();
    let net = ResNet::new(config, VarBuilder::from_varmap(&vars, dtype, &Device::Cpu))?;
    Ok((vars, net))
}

fn names(vars: &VarMap) -> Vec<String> {
    let mut names: Vec<String> = vars.data().lock().expect("no panic").keys().cloned().collect();
    names.sort();
    names
}

/// A batch without chance.
fn images(n: usize, size: usize, dtype: DType) -> Result<Tensor> {
    let count = n * 3 * size * size;
    let values: Vec<f64> = (0..count).map(|i| ((i * 37) % 101) as f64 / 50. - 1.).collect();
    Tensor::from_vec(values, (n, 3, size, size), &Device::Cpu)?.to_dtype(dtype)
}

/// torchvision's counts for 1,000 outputs: resnet18 11,689,512, resnet34 21,797,672, resnet50 25,557,032, resnet101 44,549,160; ResNeXt-101 (32x4d) 44,177,704 (timm).
#[test]
fn parameters_of_the_published_networks() -> Result<()> {
    for (config, expected) in [
        (ResNetConfig::resnet18(1000), 11_689_512),
        (ResNetConfig::resnet34(1000), 21_797_672),
        (ResNetConfig::resnet50(1000), 25_557_032),
        (ResNetConfig::resnet101(1000), 44_549_160),
        (ResNetConfig::resnext101(1000), 44_177_704),
    ] {
        let (vars, _) = build(&config, DType::F32)?;
        let data = vars.data().lock().expect("no panic");
        let trained = data.iter().filter(|(name, _)| !name.contains("running_"));
        assert_eq!(trained.map(|(_, v)| v.elem_count()).sum::<usize>(), expected, "{config:?}");
    }
    Ok(())
}

#[test]
fn names_are_torchvision_s() -> Result<()> {
    let (vars, _) = build(&TINY, DType::F32)?;
    let names = names(&vars);
    for name in ["conv1.weight", "bn1.running_var", "layer1.0.conv2.weight", "layer2.1.bn3.bias", "fc.bias"] {
        assert!(names.iter().any(|n| n == name), "{name} is missing in {names:?}");
    }
    assert!(names.iter().any(|n| n == "layer1.0.downsample.0.weight"));
    assert!(!names.iter().any(|n| n.starts_with("layer2.1.downsample")));
    Ok(())
}

#[test]
fn every_shape_on_the_way() -> Result<()> {
    let (_vars, net) = build(&TINY, DType::F32)?;
    for (size, expected) in [(112, [28, 28, 14, 7, 4]), (224, [56, 56, 28, 14, 7]), (33, [9, 9, 5, 3, 2])] {
        let maps = net.feature_maps(&images(1, size, DType::F32)?, false)?;
        for ((map, channels), side) in maps.iter().zip([64, 256, 512, 1024, 2048]).zip(expected) {
            assert_eq!(map.dims(), [1, channels, side, side]);
        }
        assert_eq!(net.forward_t(&images(1, size, DType::F32)?, false)?.dims(), [1, 8]);
    }
    Ok(())
}

fn check(dtype: DType, tolerance: f64) -> Result<()> {
    let near = |name: &str, got: f64, want: f64| {
        let error = (got - want).abs() / want.abs();
        assert!(error <= tolerance, "{dtype:?} {name}: {got} is not {want}");
    };
    let vars = Vars::default();
    let net = ResNet::new(&TINY, vars.builder(dtype))?;
    let growth = (Tensor::arange(0f64, 73728., &Device::Cpu)? / 73728.)?.reshape((6, 3, 64, 64))?;
    let x = (formula(1, &[6, 3, 64, 64])? * (growth + 1.)?)?.to_dtype(dtype)?;
    let y = net.forward_t(&x, true)?;
    near("y squares", squares(&y)?, 62.873348132354806);
    let loss = (&y * formula(3, y.dims())?.to_dtype(dtype)?)?.sum_all()?;
    near("loss", loss.to_dtype(DType::F64)?.to_scalar()?, -1.1066224600599917);
    let grads = loss.backward()?;
    let trained = vars.trained();
    let size = |name: &str| grads.get(&trained[name]).map_or(Ok(f64::NAN), squares);
    for name in trained.keys() {
        assert!(size(name)? > 0., "{name} got no gradient");
    }
    near("gradients", trained.keys().map(|name| size(name)).sum::<Result<f64>>()?, 8040688.089057314);
    for (name, want) in [
        ("conv1.weight", 6613057.540465696),
        ("layer1.0.conv2.weight", 77858.30573730783),
        ("layer2.1.bn3.weight", 25.59029786367068),
        ("layer3.0.downsample.0.weight", 6430.54394854613),
        ("fc.weight", 25786.78812906693),
    ] {
        near(name, size(name)?, want);
    }
    let evaluation = squares(&net.forward_t(&x, false)?)?;
    near("evaluation", evaluation, 25.542719854492113);
    Ok(())
}

#[test]
fn folded_for_inference_it_gives_the_same_features() -> Result<()> {
    for (dtype, tolerance) in [(DType::F64, 1e-10), (DType::F32, 2e-3)] {
        let vars = Vars::default();
        let net = ResNet::new(&TINY, vars.builder(dtype))?;
        let x = images(4, 48, dtype)?;
        net.forward_t(&x, true)?; // moves the averages
        let want = net.forward_t(&x, false)?;
        let folded = net.for_inference()?;
        for got in [folded.forward_t(&x, false)?, folded.for_inference()?.forward_t(&x, true)?] {
            let error = squares(&(&got - &want)?)?.sqrt() / squares(&want)?.sqrt();
            assert!(error <= tolerance, "{dtype:?}: {error}");
        }
        let grads = folded.forward_t(&x, false)?.sum_all()?.backward()?;
        assert!(grads.get(&vars.trained()["conv1.weight"]).is_none(), "the weights are constants");
    }
    Ok(())
}

/// From tests/resnet.py. The weights follow a pattern, so that the net is badly conditioned: f32 keeps two digits of its gradients.
#[test]
fn pytorchs_values_and_every_variable_gets_a_gradient() -> Result<()> {
    check(DType::F64, 1e-8)?;
    check(DType::F32, 2e-2)
}

#[test]
fn impossible_sizes_and_images_are_refused() -> Result<()> {
    assert!(build(&ResNetConfig { blocks: [1, 0, 1, 1], ..TINY }, DType::F32).is_err());
    assert!(build(&ResNetConfig { groups: 0, ..TINY }, DType::F32).is_err());
    let (_vars, net) = build(&TINY, DType::F32)?;
    let message = |x: &Tensor| net.forward_t(x, false).expect_err("must fail").to_string();
    assert!(message(&images(1, 31, DType::F32)?).contains("at least 32x32"));
    assert!(message(&Tensor::zeros((1, 1, 40, 40), DType::F32, &Device::Cpu)?).contains("(N, 3, H, W)"));
    Ok(())
}
