//! Sizes: the paper's numbers, counts by PyTorch, names, rejections.
use crate::common::Vars;
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_backbone::{is_frozen, FaceResNet, FaceResNetConfig, Pool, Stage};

fn maps(config: &FaceResNetConfig) -> Result<Vec<(String, [usize; 3])>> {
    let shapes = config.shapes()?.into_iter();
    Ok(shapes.filter(|(name, _)| !name.starts_with("layer")).collect())
}

#[test]
fn the_papers_shapes() -> Result<()> {
    let want = [
        ("conv1a", [32, 110, 94]),
        ("conv1b", [64, 108, 92]),
        ("pool1", [64, 54, 46]),
        ("conv2", [128, 52, 44]),
        ("pool2", [128, 26, 22]),
        ("conv3", [256, 24, 20]),
        ("pool3", [256, 12, 10]),
        ("conv4", [512, 10, 8]),
        ("pool4", [512, 5, 4]),
        ("fc", [512, 1, 1]),
    ];
    let got = maps(&FaceResNetConfig::paper(112, 96))?;
    assert_eq!(got, want.map(|(name, shape)| (name.to_string(), shape)));
    let units = FaceResNetConfig::paper(112, 96).shapes()?;
    let of = |name: &str| units.iter().find(|(n, _)| n == name).map(|(_, s)| *s);
    assert_eq!(of("layer1.0"), Some([64, 54, 46]));
    assert_eq!(of("layer3.4"), Some([256, 12, 10]));
    assert_eq!(of("layer4.2"), Some([512, 5, 4]));
    assert_eq!(of("layer4.3"), None);
    Ok(())
}

/// Counts by the references of ../reference.py (`python networks.py --count`).
#[test]
fn parameters_are_pytorchs() -> Result<()> {
    for (config, parameters, convolutions) in [
        (FaceResNetConfig::paper(112, 96), 27_543_072, 27),
        (FaceResNetConfig::paper(128, 128), 31_737_376, 27),
        (FaceResNetConfig::small(48, 48), 511_916, 12),
        (FaceResNetConfig::photos(48, 48), 1_076_416, 10),
    ] {
        assert_eq!(config.parameters()?, parameters);
        assert_eq!(config.convolutions()?, convolutions);
        if config.height < 100 {
            let vars = Vars::default();
            FaceResNet::new(&config, vars.builder(DType::F32))?;
            let count: usize = vars.trained().values().map(|v| v.elem_count()).sum();
            assert_eq!(count, parameters);
        }
    }
    Ok(())
}

#[test]
fn multiply_adds_by_hand() -> Result<()> {
    // conv 3->2 at 8x8: 64 * 2 * 27; pool to 4x4; unit: 2 * 16 * 2 * 18; fc: 32 * 5
    let config = FaceResNetConfig {
        stages: vec![Stage { convs: vec![2], units: 1, pool: Pool::BeforeUnits }],
        embedding: 5,
        ..FaceResNetConfig::paper(10, 10)
    };
    assert_eq!(config.multiply_adds()?, 64 * 2 * 27 + 2 * 16 * 2 * 18 + 32 * 5);
    assert_eq!(FaceResNetConfig::small(48, 48).multiply_adds()?, 28_668_432);
    Ok(())
}

#[test]
fn every_built_in_network_runs_at_its_shapes() -> Result<()> {
    for config in [FaceResNetConfig::paper(48, 50), FaceResNetConfig::small(48, 48), FaceResNetConfig::photos(48, 48)] {
        let net = FaceResNet::new(&config, Vars::default().builder(DType::F32))?;
        let x = Tensor::zeros((2, 3, config.height, config.width), DType::F32, &Device::Cpu)?;
        assert_eq!(net.forward_t(&x, false)?.dims(), [2, config.embedding]);
    }
    Ok(())
}

#[test]
fn the_papers_frozen_biases() -> Result<()> {
    let vars = Vars::default();
    // The widths, and so the biases, do not depend on the image.
    FaceResNet::new(&FaceResNetConfig::paper(48, 48), vars.builder(DType::F32))?;
    let frozen = vars.trained().into_iter().filter(|(name, _)| is_frozen(name));
    assert_eq!(frozen.map(|(_, v)| v.elem_count()).sum::<usize>(), 6_272);
    assert!(is_frozen("backbone.layer3.4.conv2.bias"));
    for name in [
        "conv1a.bias",
        "layer1.0.conv1.weight",
        "layer1.0.prelu1.weight",
        "layer1.0.bn1.bias",
        "layer1.conv1.bias",
        "layerx.0.conv1.bias",
        "layer1.0.conv1.bias.extra",
        "fc.bias",
    ] {
        assert!(!is_frozen(name), "{name}");
    }
    Ok(())
}

#[test]
fn names_and_first_values() -> Result<()> {
    let vars = Vars::default();
    FaceResNet::new(&FaceResNetConfig::small(48, 48), vars.builder(DType::F32))?;
    let all = vars.all();
    let init = |name: &str| all.get(name).map(|(_, init)| *init);
    let bound = |name: &str| match init(name) {
        Some(Init::Uniform { lo, up }) if lo == -up => Some(up),
        _ => None,
    };
    assert_eq!(bound("conv1a.weight"), Some((3f64 / 27.).sqrt()));
    assert_eq!(bound("conv3.weight"), Some((3f64 / (48. * 9.)).sqrt()));
    assert_eq!(bound("fc.weight"), Some((3f64 / (96. * 16.)).sqrt()));
    assert!(matches!(init("prelu1b.weight"), Some(Init::Const(0.25))));
    assert!(matches!(init("conv1a.bias"), Some(Init::Const(0.))));
    let residual = init("layer2.1.conv2.weight");
    assert!(matches!(residual, Some(Init::Randn { mean: 0., stdev: 0.01 })));
    for name in ["layer1.0.conv1.bias", "layer3.0.prelu2.weight", "fc.bias"] {
        assert!(all.contains_key(name), "{name} is missing");
    }
    let vars = Vars::default();
    FaceResNet::new(&FaceResNetConfig::photos(48, 48), vars.builder(DType::F32))?;
    let all = vars.all();
    for name in ["bn1.running_var", "layer2.0.bn2.weight", "feature_norm.running_mean"] {
        assert!(all.contains_key(name), "{name} is missing");
    }
    assert!(!all.contains_key("conv1.bias") && !all.contains_key("fc.bias"));
    Ok(())
}

#[test]
fn small_images_wrong_batches_and_unknown_fields_are_refused() -> Result<()> {
    let error = FaceResNetConfig::paper(40, 96).shapes().expect_err("too small");
    assert!(error.to_string().contains("larger image"), "{error}");
    let zeros = VarBuilder::zeros(DType::F32, &Device::Cpu);
    let net = FaceResNet::new(&FaceResNetConfig::small(48, 48), zeros)?;
    let x = Tensor::zeros((2, 3, 48, 50), DType::F32, &Device::Cpu)?;
    let error = net.forward_t(&x, false).expect_err("wrong width");
    assert!(error.to_string().contains("[3, 48, 48]"), "{error}");
    let config = FaceResNetConfig::photos(48, 48);
    let text = serde_json::to_string(&config).expect("serializable");
    assert_eq!(serde_json::from_str::<FaceResNetConfig>(&text).ok(), Some(config));
    let unknown = text.replacen('{', "{\"dropout\":0.5,", 1);
    assert!(serde_json::from_str::<FaceResNetConfig>(&unknown).is_err());
    Ok(())
}
