//! Thousands of seeded changes to sound files: tensors or an error, never a panic, and never more numbers than the file has.
use crate::checkpoint::{one_tensor, view, zip};
use crate::pth::fixture;
use candle_core::{DType, Device, Result, Tensor};
use l2face_backbone::WeightsFile;
use l2face_seed::stream;
use rand::Rng;
use std::path::Path;

/// Changed files of each kind.
const FILES: usize = 4000;

/// One to three bytes or pieces.
fn mutate(bytes: &mut Vec<u8>, rng: &mut impl Rng) {
    for _ in 0..rng.random_range(1..=3) {
        let at = rng.random_range(0..bytes.len());
        let end = (at + rng.random_range(0..12)).min(bytes.len());
        match rng.random_range(0..6) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, [rng.random()])),
            2 => bytes[at..end].fill([0, 0x7f, 0xff][rng.random_range(0..3usize)]),
            3 => bytes[at] = bytes[at].wrapping_add(1),
            _ => bytes[at] = rng.random(),
        }
        if bytes.is_empty() {
            return;
        }
    }
}

/// In place of the file before it; removed first, as some file systems wait for the disk when a file is written over.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    Ok(std::fs::write(path, bytes)?)
}

/// Whether a tensor of the file could be read.
fn read(path: &Path, len: usize) -> Result<bool> {
    let Ok(mut file) = WeightsFile::open(path) else { return Ok(false) };
    let names: Vec<String> = file.held().keys().cloned().collect();
    let mut any = false;
    for name in names {
        let Ok(tensor) = file.tensor(&name) else { continue };
        assert!(tensor.elem_count() * tensor.dtype().size_in_bytes() <= len, "{name}: {:?}", tensor.shape());
        any = true;
    }
    Ok(any)
}

/// How many of the changed files still gave a tensor.
fn count(extension: &str, seeds: &[Vec<u8>]) -> Result<usize> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("changed").with_extension(extension);
    let (mut rng, mut good) = (stream(1, extension), 0);
    for i in 0..FILES {
        let mut bytes = seeds[i % seeds.len()].clone();
        mutate(&mut bytes, &mut rng);
        write(&path, &bytes)?;
        good += usize::from(read(&path, bytes.len())?);
    }
    Ok(good)
}

#[test]
fn changed_checkpoints() -> Result<()> {
    let pickle = one_tensor(&view(4, 0, &[2, 2], &[1, 2]));
    let made = zip(&[("made/data.pkl", &pickle), ("made/data/0", &[0; 16])]);
    let seeds = [std::fs::read(fixture("forms.pth"))?, std::fs::read(fixture("tiny.pth"))?, made];
    let good = count("pth", &seeds)?;
    assert!((50..FILES - 50).contains(&good), "{good} of {FILES}");
    Ok(())
}

/// As the checksum of a changed pickle is another, these are changed before they are packed.
#[test]
fn changed_pickles_in_sound_zips() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("changed.pth");
    let (mut rng, mut good) = (stream(2, "zip"), 0);
    let pickle = one_tensor(&view(4, 0, &[2, 2], &[1, 2]));
    for _ in 0..FILES {
        let mut pickle = pickle.clone();
        mutate(&mut pickle, &mut rng);
        write(&path, &zip(&[("made/data.pkl", &pickle), ("made/data/0", &[0; 16])]))?;
        good += usize::from(read(&path, 16)?);
    }
    assert!((50..FILES - 50).contains(&good), "{good} of {FILES}");
    Ok(())
}

#[test]
fn changed_safetensors() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("sound.safetensors");
    let tensor = |shape: &[usize], dtype| Tensor::ones(shape, DType::F32, &Device::Cpu)?.to_dtype(dtype);
    let all = [
        ("w".to_owned(), tensor(&[2, 3], DType::F32)?),
        ("b".to_owned(), tensor(&[3], DType::F16)?),
        ("n".to_owned(), tensor(&[], DType::I64)?),
    ];
    candle_core::safetensors::save(&all.into(), &path)?;
    let good = count("safetensors", &[std::fs::read(&path)?])?;
    assert!((50..FILES - 50).contains(&good), "{good} of {FILES}");
    Ok(())
}
