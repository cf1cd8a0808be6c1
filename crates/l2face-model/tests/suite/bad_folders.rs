//! Folders of strangers: each fault is one error that names the file, and nothing panics.
use crate::common::{every_kind, face_resnet, packed, tensor};
use candle_core::{Device, Tensor};
use l2face_backbone::{BackboneConfig, WeightsFile};
use l2face_model::*;
use serde_json::{json, Value};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

fn open(path: &Path) -> Result<CheckReport> {
    Model::from_folder(path, &Device::Cpu)?.check()
}

/// The error of a sound folder after `change`: one line, with the file's name and each of `say`.
#[track_caller]
fn refused(change: impl FnOnce(&Path), say: &[&str]) {
    refused_of(&face_resnet(), change, say);
}

#[track_caller]
fn refused_of(backbone: &BackboneConfig, change: impl FnOnce(&Path), say: &[&str]) {
    let (_keep, path) = packed(backbone);
    change(&path);
    let error = open(&path).expect_err("a fault").to_string();
    assert!(!error.contains('\n') && error.len() < 1200, "{error}");
    for word in say {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let file = path.join(CONFIG);
    let mut value: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    change(&mut value);
    fs::write(&file, value.to_string()).expect("a file");
}

fn tensors(file: &Path) -> BTreeMap<String, Tensor> {
    let mut open = WeightsFile::open(file).expect("tensors");
    let names: Vec<String> = open.held().keys().cloned().collect();
    names.into_iter().map(|name| (name.clone(), open.tensor(&name).expect("a tensor"))).collect()
}

/// Changes a file's tensors; its notes stay.
fn retensor(file: &Path, change: impl FnOnce(&mut BTreeMap<String, Tensor>)) {
    let notes: HashMap<String, String> = WeightsFile::open(file).expect("tensors").metadata().into_iter().collect();
    let mut all = tensors(file);
    change(&mut all);
    fs::write(file, safetensors::serialize(&all, Some(notes)).expect("bytes")).expect("a file");
}

#[test]
fn missing_files() {
    refused(|p| fs::remove_dir_all(p).expect("a folder"), &["model", "not a folder"]);
    refused(|p| fs::remove_file(p.join(CONFIG)).expect("a file"), &["config.json"]);
    refused(|p| fs::remove_file(p.join(WEIGHTS)).expect("a file"), &["model.safetensors", "no weights"]);
    refused(|p| fs::remove_file(p.join(CHECK)).expect("a file"), &["check.safetensors", "missing"]);
}

#[test]
fn another_version() {
    refused(
        |p| edit(p, |c| c["format"] = json!("l2face-model/2")),
        &["config.json", "l2face-model/2", "l2face-model/1"],
    );
    refused(|p| edit(p, |c| c["format"] = json!("timm")), &["config.json", "not a model's configuration"]);
    refused(|p| edit(p, |c| c["format"] = json!(1)), &["config.json", "not a model's configuration"]);
    let long = format!("l2face-model/\u{1b}[2J{}", "9".repeat(1000));
    refused(|p| edit(p, |c| c["format"] = json!(long)), &["l2face-model/?[2J", "…"]);
}

#[test]
fn a_configuration_that_is_not_strict() {
    refused(|p| edit(p, |c| c["extra"] = json!(1)), &["config.json", "unknown field `extra`"]);
    refused(|p| edit(p, |c| c["network"]["extra"] = json!(1)), &["config.json", "extra"]);
    refused(|p| edit(p, |c| c["network"]["kind"] = json!("vit")), &["config.json", "vit"]);
    refused(|p| edit(p, |c| drop(c.as_object_mut().expect("an object").remove("loss"))), &["config.json", "loss"]);
    refused(|p| edit(p, |c| c["embedding"] = json!(17)), &["config.json", "17", "16"]);
    refused(|p| edit(p, |c| c["alpha"] = Value::Null), &["config.json", "alpha", "l2:trained"]);
    refused(|p| edit(p, |c| c["alpha"] = json!(-1.)), &["config.json", "alpha"]);
    refused(|p| edit(p, |c| c["loss"] = json!("softmax")), &["config.json", "alpha", "softmax"]);
    refused(|p| edit(p, |c| c["loss"] = json!("arcface")), &["config.json", "arcface"]);
    refused(|p| edit(p, |c| c["input"]["scale"] = json!(0.)), &["config.json", "scale"]);
    refused(|p| edit(p, |c| c["network"]["height"] = json!(1u64 << 62)), &["config.json"]);
    refused(|p| edit(p, |c| c["network"]["stages"][1]["units"] = json!(1u64 << 60)), &["config.json"]);
    refused(|p| fs::write(p.join(CONFIG), "{").expect("a file"), &["config.json"]);
    refused(|p| fs::write(p.join(CONFIG), [0xff, 0xfe]).expect("a file"), &["config.json", "UTF-8"]);
    refused(|p| fs::write(p.join(CONFIG), " ".repeat((1 << 20) + 1)).expect("a file"), &["config.json", "1 MiB"]);
    let cut = |p: &Path| {
        let text = fs::read_to_string(p.join(CONFIG)).expect("a file");
        fs::write(p.join(CONFIG), &text[..text.len() / 2]).expect("a file");
        assert!(is_model_folder(p), "damaged, and no other project's");
    };
    refused(cut, &["config.json", "damaged", "line"]);
    let other = |p: &Path| {
        for text in ["{\"format\": \"timm\"}", "{}", "{", "{\"formats\": \"l2face-model/1\"}"] {
            fs::write(p.join(CONFIG), text).expect("a file");
            assert!(!is_model_folder(p), "{text}");
        }
    };
    refused(other, &["config.json"]);
    let deep = "[".repeat(100_000);
    refused(|p| fs::write(p.join(CONFIG), deep).expect("a file"), &["config.json"]);
}

#[test]
fn configuration_and_tensors_that_disagree() {
    refused(
        |p| edit(p, |c| c["input"]["order"] = json!("rgb")),
        &["model.safetensors", "disagree", "order: rgb here, bgr there"],
    );
    refused(|p| edit(p, |c| c["network"]["padding"] = json!(0)), &["model.safetensors", "another network"]);
    let file = |p: &Path| p.join(WEIGHTS);
    refused(|p| retensor(&file(p), |t| drop(t.remove("fc.weight"))), &["model.safetensors", "fc.weight is missing"]);
    refused(
        |p| retensor(&file(p), |t| drop(t.insert("fc.weight".into(), tensor("a", &[3, 5])))),
        &["fc.weight is [3, 5] in place of"],
    );
    refused(
        |p| retensor(&file(p), |t| drop(t.insert("extra".into(), tensor("a", &[1])))),
        &["extra is none of the network's"],
    );
    let head = |p: &Path| p.join(HEAD);
    refused(|p| retensor(&head(p), |t| drop(t.remove("alpha"))), &["head.safetensors", "alpha is missing"]);
    refused(|p| edit(p, |c| c["classes"] = json!(11)), &["head.safetensors", "disagree"]);
    refused(
        |p| edit(p, |c| c["alpha"] = json!(15.5)),
        &["head.safetensors", "disagree", "alpha is 15.5 there", "[12.5] here"],
    );
}

/// A ResNet takes images of any size: only the bounds of a crop hold.
#[test]
fn a_crop_that_fits_no_memory() {
    let (_, resnet) = every_kind().into_iter().find(|(name, _)| *name == "resnet18").expect("a ResNet");
    let side = |p: &Path, pixels: u64| {
        edit(p, |c| ["width", "height"].iter().for_each(|side| c["input"]["target"][side] = json!(pixels)))
    };
    for pixels in [1025, 112_000_000, u64::from(u32::MAX)] {
        refused_of(&resnet, |p| side(p, pixels), &["config.json", "a crop of", "at most 1024"]);
    }
    let many = |p: &Path| {
        side(p, 512);
        let all = tensors(&p.join(WEIGHTS));
        fs::write(p.join(WEIGHTS), safetensors::serialize(&all, None).expect("bytes")).expect("a file");
        retensor(&p.join(CHECK), |t| {
            let images = Tensor::zeros((17, 512, 512, 3), candle_core::DType::U8, &Device::Cpu).expect("a tensor");
            t.insert("images".into(), images);
            t.insert("embeddings".into(), tensor("a", &[17, 24]));
        });
    };
    refused_of(&resnet, many, &["check.safetensors", "17 images", "at most 4194304"]);
}

#[test]
fn a_network_without_a_note_is_held_to_the_configuration() {
    let plain = |p: &Path| {
        let all = tensors(&p.join(WEIGHTS));
        fs::write(p.join(WEIGHTS), safetensors::serialize(&all, None).expect("bytes")).expect("a file");
    };
    let (_keep, path) = packed(&face_resnet());
    plain(&path);
    open(&path).expect("a file without notes");
    refused(
        |p| {
            plain(p);
            edit(p, |c| c["input"]["order"] = json!("rgb"));
        },
        &["check.safetensors", "do not reproduce"],
    );
}

#[test]
fn truncated_and_damaged_weights() {
    for file in [WEIGHTS, HEAD, CHECK] {
        let cut = |keep: fn(usize) -> usize| {
            move |p: &Path| {
                let bytes = fs::read(p.join(file)).expect("a file");
                fs::write(p.join(file), &bytes[..keep(bytes.len())]).expect("a file");
            }
        };
        refused(cut(|_| 0), &[file]);
        refused(cut(|_| 7), &[file]);
        refused(cut(|n| n / 2), &[file, "truncated"]);
        refused(cut(|n| n - 1), &[file, "truncated"]);
        let huge = |p: &Path| fs::write(p.join(file), (1u64 << 40).to_le_bytes()).expect("a file");
        refused(huge, &[file, "truncated"]);
    }
    #[cfg(unix)]
    refused(
        |p| {
            fs::remove_file(p.join(CONFIG)).expect("a file");
            fs::create_dir(p.join(CONFIG)).expect("a folder");
        },
        &["config.json", "not a file"],
    );
}

#[test]
fn a_check_that_was_tampered_with() {
    let file = |p: &Path| p.join(CHECK);
    let moved = |t: &mut BTreeMap<String, Tensor>| {
        let mut rows = t["embeddings"].to_vec2::<f32>().expect("embeddings");
        rows[2][3] += 0.01 * rows.iter().flatten().fold(0f32, |m, v| m.max(v.abs()));
        t.insert("embeddings".into(), Tensor::new(rows, &Device::Cpu).expect("a tensor"));
    };
    refused(|p| retensor(&file(p), moved), &["check.safetensors", "image 2 differs by 1.0e-2"]);
    let nan = |t: &mut BTreeMap<String, Tensor>| {
        drop(t.insert("embeddings".into(), Tensor::full(f32::NAN, (4, 16), &Device::Cpu).expect("a tensor")))
    };
    refused(|p| retensor(&file(p), nan), &["check.safetensors", "not finite"]);
    let fewer = |t: &mut BTreeMap<String, Tensor>| drop(t.insert("embeddings".into(), tensor("a", &[3, 16])));
    refused(|p| retensor(&file(p), fewer), &["check.safetensors", "not a check of this network"]);
    let wide = |t: &mut BTreeMap<String, Tensor>| drop(t.insert("images".into(), tensor("a", &[4, 48, 48, 3])));
    refused(|p| retensor(&file(p), wide), &["check.safetensors", "not a check of this network"]);
    refused(|p| retensor(&file(p), |t| drop(t.remove("images"))), &["check.safetensors", "other tensors"]);
    let none = |t: &mut BTreeMap<String, Tensor>| {
        t.insert("embeddings".into(), Tensor::zeros((0, 16), candle_core::DType::F32, &Device::Cpu).expect("a tensor"));
        t.insert(
            "images".into(),
            Tensor::zeros((0, 48, 48, 3), candle_core::DType::U8, &Device::Cpu).expect("a tensor"),
        );
    };
    refused(|p| retensor(&file(p), none), &["check.safetensors", "1 to 64 images"]);
}

#[test]
fn weights_that_were_changed() {
    let half = |t: &mut BTreeMap<String, Tensor>| {
        let fc = (&t["fc.weight"] * 1.01).expect("a tensor");
        t.insert("fc.weight".into(), fc);
    };
    let none = |t: &mut BTreeMap<String, Tensor>| {
        let fc = (&t["fc.weight"] * f64::NAN).expect("a tensor");
        t.insert("fc.weight".into(), fc);
    };
    refused(|p| retensor(&p.join(WEIGHTS), half), &["check.safetensors", "do not reproduce", "image 0"]);
    refused(|p| retensor(&p.join(WEIGHTS), none), &["check.safetensors", "do not reproduce", "NaN"]);
}

#[test]
fn a_few_hundred_changed_bytes_never_panic() {
    let (_keep, path) = packed(&face_resnet());
    for name in [CONFIG, CHECK, CARD] {
        let sound = fs::read(path.join(name)).expect("a file");
        for i in 0..150usize {
            let mut bytes = sound.clone();
            let at = i.wrapping_mul(0x9e37_79b9) % bytes.len().min(2000);
            bytes[at] ^= 1 << (i % 8);
            fs::write(path.join(name), bytes).expect("a file");
            let _ = ModelFolder::open(&path).and_then(|folder| folder.card());
            if name == CHECK {
                let _ = open(&path);
            }
        }
        fs::write(path.join(name), sound).expect("a file");
    }
    open(&path).expect("sound again");
}
