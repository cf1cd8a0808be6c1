//! A small model in a folder.
use candle_core::{Device, Tensor};
use l2face_backbone::{BackboneConfig, FaceResNetConfig, NetworkConfig, Weights};
use l2face_image::{CropTarget, Preproc, Template};
use l2face_model::{write, Card, Contents, License, ModelConfig, Training};
use std::path::{Path, PathBuf};

pub fn packed(folder: &Path) -> PathBuf {
    let target = CropTarget::new(Template::Arc112, 48, 48).expect("a crop");
    let net = FaceResNetConfig { embedding: 8, ..FaceResNetConfig::photos(48, 48) };
    let backbone = BackboneConfig { network: NetworkConfig::FaceResnet(net), input: Preproc::new(target) };
    let number = |i: usize, name: &str| ((i * 7919 + name.len()) % 97) as f32 / 97.;
    let drawn = |(name, shape): (String, candle_core::Shape)| {
        let value = |i: usize| match shape.dims() {
            [_, inputs @ ..] if !inputs.is_empty() => {
                (number(i, &name) - 0.5) * (12. / inputs.iter().product::<usize>() as f32).sqrt()
            }
            _ if name.ends_with("bias") || name.ends_with("mean") => (number(i, &name) - 0.5) / 10.,
            _ if name.contains("prelu") => 0.25,
            _ => 0.5 + number(i, &name),
        };
        let values: Vec<f32> = (0..shape.elem_count()).map(value).collect();
        (name, Tensor::from_vec(values, shape, &Device::Cpu).expect("a tensor"))
    };
    let weights = Weights::of(backbone.variables().expect("variables").into_iter().map(drawn).collect());
    let config =
        ModelConfig::new(backbone, true, "softmax".parse().expect("a head"), None, 10).expect("a configuration");
    let text = || "none".to_string();
    let card = Card {
        title: text(),
        repository: None,
        license: License::new("MIT", None).expect("SPDX"),
        training: Training { data: text(), people: 10, images: 10, license: text(), bias: text() },
        datasets: vec![],
        evaluations: vec![],
        statement: text(),
        command: text(),
    };
    let out = folder.join("model");
    std::fs::create_dir(&out).expect("a folder");
    write(&out, &Contents { config: &config, weights: &weights, head: None, card: &card }).expect("a model");
    out
}
