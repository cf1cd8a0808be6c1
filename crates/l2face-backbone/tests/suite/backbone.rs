//! One configuration for every network.
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_backbone::{build, BackboneConfig, NetworkConfig};

/// Numbers that training changes, by the references of ../networks.py at full size (`python networks.py --count`).
const PARAMETERS: [(&str, usize); 12] = [
    ("resnet18", 11_439_168),
    ("resnet34", 21_547_328),
    ("resnet50", 24_557_120),
    ("resnet101", 43_549_248),
    ("resnext101", 43_177_792),
    ("iresnet18", 24_025_600),
    ("iresnet34", 34_139_328),
    ("iresnet50", 43_590_848),
    ("iresnet100", 65_156_160),
    ("mbf", 2_059_520),
    ("mbf-large", 6_314_880),
    ("all-in-one", 26_690_784),
];

#[test]
fn parameters_of_every_network() -> Result<()> {
    for (name, expected) in PARAMETERS {
        let variables = BackboneConfig::named(name)?.variables()?;
        let trained = variables.iter().filter(|(name, _)| !name.contains("running_"));
        assert_eq!(trained.map(|(_, shape)| shape.elem_count()).sum::<usize>(), expected, "{name}");
    }
    Ok(())
}

#[test]
fn a_configuration_is_the_same_after_a_file() -> Result<()> {
    for name in BackboneConfig::names() {
        let config = BackboneConfig::named(name)?;
        let text = serde_json::to_string(&config).expect("JSON");
        assert_eq!(serde_json::from_str::<BackboneConfig>(&text).expect("its own text"), config);
        assert_eq!(config.embedding(), 512);
        let unknown = text.replacen("\"embedding\"", "\"embeding\":1,\"embedding\"", 1);
        let error = serde_json::from_str::<BackboneConfig>(&unknown).expect_err("a field that does not exist");
        assert!(error.to_string().contains("embeding"), "{name}: {error}");
    }
    let error = BackboneConfig::named("resnet51").expect_err("no such name").to_string();
    assert!(error.contains("resnet51") && error.contains("iresnet100"), "{error}");
    Ok(())
}

#[test]
fn the_crop_and_the_network_have_one_size() -> Result<()> {
    let mut config = BackboneConfig::named("mbf")?;
    if let NetworkConfig::MobileFaceNet(net) = &mut config.network {
        net.height = 100;
    }
    let error = config.variables().expect_err("two sizes").to_string();
    assert!(error.contains("(100, 112)") && error.contains("(112, 112)"), "{error}");
    Ok(())
}

#[test]
fn a_built_backbone_runs_and_folds() -> Result<()> {
    let config = BackboneConfig::named("mbf")?;
    let vars = crate::common::Vars::starting(crate::generator::start);
    let net = build(&config, vars.builder(DType::F32))?;
    let x = crate::generator::numbers("image", &[2, 3, 112, 112])?.to_dtype(DType::F32)?;
    let (y, folded) = (net.forward_t(&x, false)?, net.for_inference()?.forward_t(&x, false)?);
    assert_eq!(y.dims(), [2, 512]);
    let error = crate::common::squares(&(&y - &folded)?)? / crate::common::squares(&y)?;
    assert!(error.sqrt() < 1e-4, "{error}");
    let wrong = Tensor::zeros((1, 3, 100, 112), DType::F32, &Device::Cpu)?;
    assert!(net.forward_t(&wrong, false).is_err());
    assert!(build(&config, VarBuilder::from_tensors(Default::default(), DType::F32, &Device::Cpu)).is_err());
    Ok(())
}
