//! Files with the names of AdaFace and CVLface open as IResNet.
use crate::common::{squares, Vars};
use crate::generator::{numbers, start};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ModuleT;
use l2face_backbone::{build, BackboneConfig, IResNetConfig, IResNetShortcut, NetworkConfig, Weights};
use l2face_image::{ColourOrder, CropTarget, Preproc, Template};
use std::collections::HashMap;

const BLOCKS: [usize; 4] = [1, 2, 1, 1];

fn small() -> BackboneConfig {
    let net = IResNetConfig {
        height: 40,
        width: 40,
        blocks: BLOCKS,
        embedding: 8,
        shortcut: IResNetShortcut::Subsample,
        ..IResNetConfig::iresnet18()
    };
    let target = CropTarget::new(Template::Arc112, 40, 40).expect("a size");
    BackboneConfig { network: NetworkConfig::Iresnet(net), input: Preproc::new(target) }
}

/// AdaFace's name of one of our variables, worked out from the other side than the library does it.
fn theirs(ours: &str) -> String {
    let parts: Vec<&str> = ours.split('.').collect();
    let module = |table: &[(&str, &str)], own: &str| table.iter().find(|(o, _)| *o == own).map(|(_, t)| t.to_string());
    let ends = [
        ("conv1", "input_layer.0"),
        ("bn1", "input_layer.1"),
        ("prelu", "input_layer.2"),
        ("bn2", "output_layer.0"),
        ("fc", "output_layer.3"),
        ("features", "output_layer.4"),
    ];
    if let [own, variable] = parts[..] {
        return format!("net.{}.{variable}", module(&ends, own).expect("an end"));
    }
    let stage: usize = parts[0].strip_prefix("layer").expect("a stage").parse().expect("a number");
    let index = BLOCKS[..stage - 1].iter().sum::<usize>() + parts[1].parse::<usize>().expect("a number");
    let inner = [
        ("bn1", "res_layer.0"),
        ("conv1", "res_layer.1"),
        ("bn2", "res_layer.2"),
        ("prelu", "res_layer.3"),
        ("conv2", "res_layer.4"),
        ("bn3", "res_layer.5"),
        ("downsample.0", "shortcut_layer.0"),
        ("downsample.1", "shortcut_layer.1"),
    ];
    let own = parts[2..parts.len() - 1].join(".");
    format!("net.body.{index}.{}.{}", module(&inner, &own).expect("a part"), parts[parts.len() - 1])
}

#[test]
fn a_file_by_their_names_gives_the_same_features() -> Result<()> {
    let vars = Vars::starting(start);
    build(&small(), vars.builder(DType::F32))?;
    let mut ours: HashMap<String, Tensor> =
        vars.all().into_iter().map(|(name, (var, _))| (name, var.as_detached_tensor())).collect();
    // Their last batch norm has no scale and no offset.
    ours.insert("features.weight".into(), Tensor::ones(8, DType::F32, &Device::Cpu)?);
    ours.insert("features.bias".into(), Tensor::zeros(8, DType::F32, &Device::Cpu)?);
    let named = ours.iter().map(|(name, t)| (theirs(name), t.clone()));
    let mut file: HashMap<String, Tensor> = named
        .filter(|(name, _)| !["weight", "bias"].iter().any(|v| *name == format!("net.output_layer.4.{v}")))
        .collect();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("model.safetensors");
    candle_core::safetensors::save(&file, &path)?;
    let weights = Weights::load(&path, &small(), &[])?;
    let x = numbers("image", &[2, 3, 40, 40])?.to_dtype(DType::F32)?;
    let embed = |tensors: HashMap<String, Tensor>| {
        build(&small(), candle_nn::VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu))?.forward_t(&x, false)
    };
    let (got, want) = (embed(weights.tensors().clone())?, embed(ours)?);
    assert!(squares(&want)? > 0.1 && squares(&(got - want)?)? == 0.);
    let missing = file.remove("net.body.2.res_layer.3.weight").expect("a variable");
    file.insert("net.body.9.res_layer.3.weight".into(), missing);
    candle_core::safetensors::save(&file, &path)?;
    let error = Weights::load(&path, &small(), &[]).expect_err("a block too many").to_string();
    assert!(
        error.contains("missing: layer2.1.prelu.weight") && error.contains("unexpected: net.body.9.res_layer.3.weight"),
        "{error}"
    );
    Ok(())
}

#[test]
fn their_published_networks_are_recognised() -> Result<()> {
    let mut config = BackboneConfig::named("iresnet18")?;
    if let NetworkConfig::Iresnet(net) = &mut config.network {
        net.shortcut = IResNetShortcut::Subsample;
    }
    let prefix = |stage: usize| [0, 2, 4, 6][stage - 1];
    let named = |ours: &String| match ours.split_once('.').expect("a dot") {
        (stage, rest) if stage.starts_with("layer") => {
            let (k, _) = rest.split_once('.').expect("a block");
            let index = prefix(stage[5..].parse().expect("a number")) + k.parse::<usize>().expect("a number");
            // The small network's first block, whose parts have the same names, moved to its place.
            let part = theirs(&format!("layer1.0.{}", &rest[k.len() + 1..]));
            part.replacen("body.0.", &format!("body.{index}."), 1)
        }
        _ => theirs(ours),
    };
    let shapes = config.variables()?;
    let file = shapes.iter().filter(|(n, _)| !["features.weight", "features.bias"].contains(&n.as_str()));
    let recognised = BackboneConfig::recognize(&file.map(|(n, s)| (named(n), s.clone())).collect())?;
    assert_eq!(recognised.network, config.network);
    assert_eq!((recognised.input.order, recognised.input.scale), (ColourOrder::Bgr, 1. / 127.5));
    Ok(())
}
