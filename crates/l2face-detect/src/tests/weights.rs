//! Files of weights, good and bad.
use super::generator::{builder, picture, variables, PLANS};
use crate::{weights, Mtcnn, MtcnnConfig};
use candle_core::{DType, Device, Result, Tensor};
use std::collections::HashMap;
use std::path::Path;

fn error(path: &Path) -> String {
    let error = weights::load(path, &Device::Cpu).err().expect("refused").to_string();
    let at = path.file_stem().expect("a name").to_string_lossy().into_owned();
    assert!(error.contains(&at), "the file is not named: {error}");
    error
}

fn save(tensors: &HashMap<String, Tensor>, path: &Path) -> Result<()> {
    candle_core::safetensors::save(tensors, path)
}

#[test]
fn a_file_and_a_folder_give_the_same() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (all, file) = (variables()?, dir.path().join("mtcnn.safetensors"));
    save(&all, &file)?;
    for plan in PLANS {
        let start = format!("{}.", plan.name);
        let own = all.iter().filter_map(|(name, t)| Some((name.strip_prefix(&start)?.to_owned(), t.clone()))).collect();
        save(&own, &dir.path().join(format!("{}.safetensors", plan.name)))?;
    }
    let config = MtcnnConfig { thresholds: [0.6, 0.1, 0.98], ..MtcnnConfig::default() };
    let faces = |vb| Mtcnn::new(config.clone(), &vb)?.detect(&[picture(80, 70)]);
    let want = faces(builder(DType::F32)?)?;
    assert!(!want[0].is_empty());
    assert_eq!(faces(weights::load(&file, &Device::Cpu)?)?, want);
    assert_eq!(faces(weights::load(dir.path(), &Device::Cpu)?)?, want);
    Ok(())
}

#[test]
fn other_tensors_are_listed() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("mtcnn.safetensors");
    let mut all = variables()?;
    all.remove("rnet.conv1.bias");
    all.insert("znet.fc.weight".into(), Tensor::zeros(3, DType::F32, &Device::Cpu)?);
    all.insert("onet.prelu5.weight".into(), Tensor::zeros(3, DType::F32, &Device::Cpu)?);
    save(&all, &file)?;
    let error = error(&file);
    for want in
        ["missing: rnet.conv1.bias", "unexpected: znet.fc.weight", "onet.prelu5.weight is [3] in place of [256]"]
    {
        assert!(error.contains(want), "{error}");
    }
    Ok(())
}

#[test]
fn damaged_files_are_refused() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (file, folder) = (dir.path().join("mtcnn.safetensors"), dir.path().join("empty"));
    save(&variables()?, &file)?;
    let bytes = std::fs::read(&file)?;
    for part in [&bytes[..0], &bytes[..7], &bytes[..100], &bytes[..bytes.len() - 1], &[0xff; 64]] {
        std::fs::write(&file, part)?;
        assert!(error(&file).contains("neither a whole safetensors file"));
    }
    std::fs::write(&file, b"PK\x03\x04..")?;
    assert!(error(&file).contains("_use_new_zipfile_serialization=False"));
    std::fs::File::create(&file)?.set_len((64 << 20) + 1)?;
    assert!(error(&file).contains("more than"));
    std::fs::create_dir(&folder)?;
    assert!(error(&folder).contains("neither pnet.safetensors nor pnet.pt"));
    error(&dir.path().join("absent.pt"));
    Ok(())
}
