//! `--backbone` and `--start`: any network, from weights that were trained elsewhere.
mod common;

use candle_core::{DType, Device, Tensor};
use l2face_backbone::{BackboneConfig, NetworkConfig, Weights};
use l2face_experiments::study::config::{Config, Experiment, Start};
use l2face_experiments::study::train::Model;
use std::collections::HashMap;
use std::path::Path;

fn config(folder: &Path) -> Config {
    Config::load(Experiment::Ijba, common::tiny(folder).to_str().expect("UTF-8"), &[]).expect("a configuration")
}

/// Weights of the configuration's network, all of one value, with an fc of another length.
fn weights(folder: &Path, config: &Config) -> std::path::PathBuf {
    let backbone = config.backbone().expect("a backbone");
    let mut shapes = backbone.variables().expect("variables");
    shapes.insert("fc.weight".into(), (3, 5).into());
    let all = |(name, shape): (&String, &candle_core::Shape)| {
        (name.clone(), Tensor::full(0.125f32, shape, &Device::Cpu).expect("a tensor"))
    };
    let path = folder.join("start.safetensors");
    let tensors: HashMap<String, Tensor> = shapes.iter().map(all).collect();
    std::fs::write(&path, Weights::of(tensors).to_safetensors(&backbone).expect("bytes")).expect("a file");
    path
}

fn variables(config: &Config) -> anyhow::Result<HashMap<String, Vec<f32>>> {
    let vars = Model::new(config, "l2:8", 12, 1, &Device::Cpu)?.vars.tensors()?;
    vars.iter().map(|(name, t)| Ok((name.clone(), t.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?))).collect()
}

#[test]
fn a_model_starts_from_weights_but_for_what_is_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(folder.path());
    let drawn = variables(&config).expect("a model");
    config.start = Some(Start { weights: weights(folder.path(), &config), but: vec!["fc.".into()] });
    let started = variables(&config).expect("a model");
    assert_eq!(drawn.len(), started.len());
    for (name, values) in &started {
        match name.starts_with("backbone.") && !name.starts_with("backbone.fc.") {
            true => assert!(values.iter().all(|v| *v == 0.125), "{name} is not the file's"),
            false => assert_eq!(values, &drawn[name], "{name} is not as drawn"),
        }
    }
    config.start.as_mut().expect("weights").but.clear();
    let error = l2face_experiments::message(&variables(&config).expect_err("fc is of another shape"));
    assert!(error.contains("start.safetensors") && error.contains("fc.weight is [3, 5]"), "{error}");
}

#[test]
fn a_run_from_weights_ends_and_knows_them_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = weights(folder.path(), &config(folder.path()));
    let out = folder.path().join("out");
    let more = ["--start", path.to_str().expect("UTF-8"), "--start-but", "fc.", "--rows", "l2:8"];
    let first = common::run(folder.path(), &out, &more);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let mut bytes = std::fs::read(&path).expect("bytes");
    *bytes.last_mut().expect("a byte") ^= 1;
    std::fs::write(&path, bytes).expect("a file");
    let second = common::run(folder.path(), &out, &more);
    assert!(!second.status.success(), "other weights are another run");
}

#[test]
fn published_networks_take_their_own_crop() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(folder.path());
    for name in BackboneConfig::names() {
        config.take_backbone(name).expect("a network");
        config.check().expect("network and crop fit");
    }
    config.take_backbone("iresnet50").expect("a network");
    assert!(
        matches!(&config.model, NetworkConfig::Iresnet(net) if net.height == config.crop.height && net.height == 112)
    );
    assert!(config.take_backbone("iresnet51").is_err());
}
