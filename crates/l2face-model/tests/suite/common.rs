//! A small model, packed into a folder.
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use l2face_backbone::{
    AllInOneConfig, BackboneConfig, FaceResNetConfig, IResNetConfig, NetworkConfig, ResNetConfig, Weights,
};
use l2face_image::{ColourOrder, CropTarget, Preproc, Template};
use l2face_model::*;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Numbers without chance.
pub fn tensor(name: &str, shape: &[usize]) -> Tensor {
    let n: usize = shape.iter().product();
    let seed = name.bytes().fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
    let number = |i: usize| {
        ((seed ^ (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32
            / (1 << 23) as f32
            - 1.
    };
    let (scale, shift) = match shape.len() {
        1 if name.contains("var") => (0.3, 1.),
        1 => (0.1, if name.ends_with("weight") { 0.7 } else { 0. }),
        _ => ((3. / shape[1..].iter().product::<usize>() as f32).sqrt(), 0.),
    };
    let values: Vec<f32> = (0..n).map(|i| number(i) * scale + shift).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("a tensor")
}

fn preproc(width: usize, height: usize) -> Preproc {
    let target = CropTarget::new(Template::Arc112, width, height).expect("a crop");
    Preproc { order: ColourOrder::Bgr, mean: 100., scale: 0.01, ..Preproc::new(target) }
}

pub fn face_resnet() -> BackboneConfig {
    let net = FaceResNetConfig { embedding: 16, ..FaceResNetConfig::photos(48, 48) };
    BackboneConfig { network: NetworkConfig::FaceResnet(net), input: preproc(48, 48) }
}

/// One of each kind that the Python program builds, with whatever a configuration can switch.
#[allow(dead_code)]
pub fn every_kind() -> Vec<(&'static str, BackboneConfig)> {
    let with = |network, side| BackboneConfig { network, input: preproc(side, side) };
    let small =
        IResNetConfig { height: 56, width: 56, embedding: 32, blocks: [2, 1, 1, 1], ..IResNetConfig::iresnet18() };
    let subsampled = IResNetConfig { shortcut: l2face_backbone::IResNetShortcut::Subsample, ..small.clone() };
    let mbf = BackboneConfig::named("mbf").expect("a network");
    let branch = AllInOneConfig { height: 131, width: 131, hidden: 48, embedding: 20, ..AllInOneConfig::recalled() };
    let branch = AllInOneConfig { widths: [16, 18, 20, 20, 16, 24, 24], ..branch };
    vec![
        ("face-resnet", face_resnet()),
        ("face-resnet, the paper's layers", with(NetworkConfig::FaceResnet(FaceResNetConfig::small(48, 48)), 48)),
        ("iresnet", with(NetworkConfig::Iresnet(small), 56)),
        ("iresnet, subsampled", with(NetworkConfig::Iresnet(subsampled), 56)),
        ("resnet18", with(NetworkConfig::Resnet(ResNetConfig::resnet18(24)), 64)),
        (
            "resnext",
            with(NetworkConfig::Resnet(ResNetConfig { blocks: [1, 1, 1, 1], ..ResNetConfig::resnext101(24) }), 64),
        ),
        ("mobile-face-net", BackboneConfig { input: preproc(112, 112), ..mbf }),
        ("all-in-one", BackboneConfig { network: NetworkConfig::AllInOne(branch), input: preproc(131, 131) }),
    ]
}

pub fn weights(backbone: &BackboneConfig) -> Weights {
    let all = backbone.variables().expect("variables");
    Weights::of(all.iter().map(|(name, shape)| (name.clone(), tensor(name, shape.dims()))).collect::<HashMap<_, _>>())
}

pub fn config(backbone: &BackboneConfig) -> ModelConfig {
    ModelConfig::new(backbone.clone(), true, "l2:trained".parse().expect("a head"), Some(12.5), 10)
        .expect("a configuration")
}

pub fn head(config: &ModelConfig) -> BTreeMap<String, Tensor> {
    let shapes = [("weight", vec![config.classes, config.embedding]), ("bias", vec![config.classes])];
    let mut all: BTreeMap<_, _> = shapes.map(|(name, shape)| (name.to_string(), tensor(name, &shape))).into();
    let alpha = config.alpha.map(|alpha| Tensor::new(&[alpha as f32], &Device::Cpu).expect("a tensor"));
    all.extend(alpha.map(|alpha| ("alpha".into(), alpha)));
    all
}

/// A card with figures that are hard to write: tiny, long, with words that YAML takes for something else.
pub fn card() -> Card {
    let figure = |far: f64, value| Figure {
        r#type: "tar-at-far".into(),
        name: format!("TAR at FAR {far:e}, conservative"),
        value,
        args: BTreeMap::from([
            ("far".into(), far.into()),
            ("mode".into(), "conservative".into()),
            ("interval".into(), vec![value - 1e-17, value + 0.1].into()),
        ]),
    };
    // What YAML 1.1 or 1.2 could take for a number, a date, a switch or a mark of its own.
    let traps = [
        "Yes",
        "n",
        "1:30",
        "2020-01-01",
        "1_000",
        "0o7",
        "0x1F",
        ".inf",
        "=",
        "<<",
        "~",
        "null",
        "true",
        "1e-5",
        "1.",
        "+1",
        "-",
        "- a",
        "@a",
        "`a",
        "%a",
        "a: b",
        "a #b",
        "  lead",
        "trail ",
        "é",
        "😀",
        "a\\b",
        "'",
        "\"",
        "",
        "!a",
        "&a",
        "*a",
        "? a",
        "|",
        ">",
        "#",
        "a:",
        "[a",
        "{",
    ];
    let args = BTreeMap::from([
        ("flip".to_string(), "off".into()),
        ("protocol".into(), "1:1, \"ten\" splits # no".into()),
        ("traps".into(), traps.to_vec().into()),
        ("words".into(), "long ".repeat(100).into()),
        ("nested".into(), serde_json::json!([[1e-9, {"a": [], "b": {}, "c": null, "d": [{"e": "no"}]}]])),
    ]);
    let evaluation = Evaluation {
        task: Task { r#type: "face-verification".into(), name: "Face verification (1:1)".into() },
        dataset: Dataset { r#type: "made-up".into(), name: "made up: faces".into(), args },
        metrics: vec![figure(1e-5, 0.1 + 0.2), figure(1e-4, 1e-7), figure(0.001, 1. / 3.), figure(0.1, 1.)],
    };
    Card {
        title: "A small network".into(),
        repository: Some("owner/name".into()),
        license: License::new("CC-BY-NC-4.0", None).expect("SPDX"),
        training: Training {
            data: "drawn faces".into(),
            people: 10,
            images: 100,
            license: "none needed".into(),
            bias: "not measured".into(),
        },
        datasets: vec![],
        evaluations: vec![evaluation],
        statement: "Made up.".into(),
        command: "cargo xtask reproduce ijba".into(),
    }
}

/// A folder of this network.
pub fn packed(backbone: &BackboneConfig) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("model");
    pack(backbone, &out, false).expect("a model");
    (folder, out)
}

pub fn pack(backbone: &BackboneConfig, out: &Path, replace: bool) -> Result<()> {
    let config = config(backbone);
    let staged = Staged::new(out, replace)?;
    let contents = Contents { config: &config, weights: &weights(backbone), head: Some(&head(&config)), card: &card() };
    write(staged.path(), &contents)?;
    std::fs::write(staged.path().join(RESULTS), "{}\n").expect("a file");
    staged.publish()
}

/// The network itself, not packed.
pub fn network(backbone: &BackboneConfig) -> l2face_backbone::Backbone {
    let vb: VarBuilder<'_> = weights(backbone).builder(DType::F32, &Device::Cpu);
    l2face_backbone::build(backbone, vb).expect("a network")
}
