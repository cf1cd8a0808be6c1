//! Weights from files, and what is wrong with files.
use crate::common::{squares, Vars};
use crate::generator::{numbers, start};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ModuleT;
use l2face_backbone::{build, BackboneConfig, FaceResNetConfig, NetworkConfig, Pool, Stage, Weights};
use l2face_image::{CropTarget, Preproc, Template};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// One convolution with batch norm and an embedding of five.
fn tiny() -> BackboneConfig {
    let stages = vec![Stage { convs: vec![4], units: 0, pool: Pool::AfterUnits }];
    let net = FaceResNetConfig { stages, embedding: 5, ..FaceResNetConfig::photos(16, 16) };
    let target = CropTarget::new(Template::Arc112, 16, 16).expect("a size");
    BackboneConfig { network: NetworkConfig::FaceResnet(net), input: Preproc::new(target) }
}

/// Its variables by the generator.
fn tensors() -> Result<HashMap<String, Tensor>> {
    let vars = Vars::starting(start);
    build(&tiny(), vars.builder(DType::F32))?;
    Ok(vars.all().into_iter().map(|(name, (var, _))| (name, var.as_detached_tensor())).collect())
}

fn embedding(weights: &Weights) -> Result<Tensor> {
    let x = numbers("image", &[2, 3, 16, 16])?.to_dtype(DType::F32)?;
    build(&tiny(), weights.builder(DType::F32, &Device::Cpu))?.forward_t(&x, false)
}

fn written(folder: &Path, tensors: &HashMap<String, Tensor>) -> Result<PathBuf> {
    let path = folder.join("weights.safetensors");
    candle_core::safetensors::save(tensors, &path)?;
    Ok(path)
}

fn error(path: &Path, but: &[&str]) -> String {
    let error = Weights::load(path, &tiny(), but).expect_err("must be refused").to_string();
    assert!(error.contains(path.file_name().expect("a name").to_str().expect("UTF-8")), "names the file: {error}");
    error
}

#[test]
fn safetensors_and_pytorch_give_the_same_features() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let pth = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny.pth");
    let ours = embedding(&Weights::load(&written(folder.path(), &tensors()?)?, &tiny(), &[])?)?;
    let theirs = embedding(&Weights::load(&pth, &tiny(), &[])?)?;
    assert!(squares(&ours)? > 0.1);
    assert!(squares(&(ours - theirs)?)?.sqrt() < 1e-6);
    Ok(())
}

#[test]
fn names_and_shapes_are_strict() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut all = tensors()?;
    let bias = all.remove("bn1.bias").expect("a variable");
    all.insert("bn9.bias".into(), bias);
    all.insert("prelu1.weight".into(), Tensor::zeros(7, DType::F32, &Device::Cpu)?);
    let path = written(folder.path(), &all)?;
    let said = error(&path, &[]);
    for part in ["missing: bn1.bias", "unexpected: bn9.bias", "prelu1.weight is [7] in place of [4]"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    let weights = Weights::load(&path, &tiny(), &["bn", "prelu1"])?;
    assert!(weights.tensors().contains_key("fc.weight") && !weights.tensors().contains_key("bn9.bias"));
    Ok(())
}

#[test]
fn damaged_files_are_refused_before_they_are_read() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let whole = std::fs::read(written(folder.path(), &tensors()?)?)?;
    let path = folder.path().join("damaged.safetensors");
    let refused = |bytes: &[u8], part: &str| -> Result<()> {
        std::fs::write(&path, bytes)?;
        let said = error(&path, &[]);
        assert!(said.contains(part), "{part} is not in: {said}");
        Ok(())
    };
    refused(&whole[..whole.len() - 9], "truncated")?;
    refused(&whole[..40], "truncated")?;
    refused(&whole[..3], "not a safetensors file")?;
    refused(&[&[0xff; 8][..], &whole[8..]].concat(), "truncated, or not a safetensors file")?;
    refused(&[&(9u64 << 20).to_le_bytes()[..], &whole[8..]].concat(), "truncated, or not a safetensors file")?;
    // Two tensors that share their bytes.
    let header =
        String::from_utf8_lossy(&whole[8..8 + usize::from(whole[0]) + 256 * usize::from(whole[1])]).into_owned();
    let value: serde_json::Value = serde_json::from_str(header.trim_end()).expect("a header");
    let mut value = value.as_object().expect("an object").clone();
    let offsets = value["bn1.bias"]["data_offsets"].clone();
    value["bn1.weight"]["data_offsets"] = offsets;
    let header = serde_json::to_vec(&value).expect("JSON");
    let data = &whole[8 + usize::from(whole[0]) + 256 * usize::from(whole[1])..];
    refused(&[&(header.len() as u64).to_le_bytes()[..], &header, data].concat(), "damaged.safetensors")?;
    std::fs::write(folder.path().join("damaged.pth"), &whole)?;
    error(&folder.path().join("damaged.pth"), &[]);
    error(&folder.path().join("absent.safetensors"), &[]);
    Ok(())
}
