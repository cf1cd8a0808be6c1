//! Fingerprints of settings and inputs, for names of folders and of cached files.

use anyhow::{Context, Result};
use candle_core::{DType, Device, Tensor};
use l2face_eval::Face;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;

/// SHA-256 of a value's JSON, in hexadecimal.
pub fn of(value: &impl Serialize) -> Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(value)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The first eight digits of [`of`].
pub fn short(value: &impl Serialize) -> Result<String> {
    Ok(of(value)?[..8].to_string())
}

/// SHA-256 of raw bytes, in hexadecimal.
pub fn bytes(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a file's bytes, in hexadecimal; the file is not held in memory.
pub fn file(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    std::io::copy(&mut file, &mut hash).with_context(|| path.display().to_string())?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// SHA-256 of tensors by name, whatever file they came from: in the names' order each name, its shape and its values as f32, little-endian. Counters
/// of batches, which no evaluation looks at, are left out.
pub fn tensors(all: &HashMap<String, Tensor>) -> Result<String> {
    let sorted: BTreeMap<_, _> = all.iter().filter(|(name, _)| !name.ends_with("num_batches_tracked")).collect();
    let mut hash = Sha256::new();
    for (name, tensor) in sorted {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((tensor.rank() as u64).to_le_bytes());
        tensor.dims().iter().for_each(|size| hash.update((*size as u64).to_le_bytes()));
        let values = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        values.iter().for_each(|value| hash.update(value.to_le_bytes()));
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// [`file()`], or that of each file in a folder.
pub fn path(path: &Path) -> Result<String> {
    if !path.is_dir() {
        return file(path);
    }
    let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    of(&files.iter().map(|path| file(path)).collect::<Result<Vec<_>>>()?)
}

/// What tells faces of a protocol from others: names, points, boxes and every byte of the photographs, each of which is read once.
pub fn faces(faces: &[Face]) -> Result<String> {
    let paths: BTreeSet<&Path> = faces.iter().map(|face| face.path.as_path()).collect();
    let contents = paths.into_par_iter().map(|path| Ok((path, file(path)?))).collect::<Result<HashMap<_, _>>>()?;
    let of_face = |face: &Face| (face.file.clone(), format!("{:?}", face.hints), &contents[face.path.as_path()]);
    of(&faces.iter().map(of_face).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_far_inside_a_photograph_makes_another_list_of_faces() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.jpg");
        let with = |byte: u8| {
            let mut bytes = vec![7; 300_000];
            bytes[200_000] = byte;
            std::fs::write(&path, bytes).expect("a file");
            let face =
                Face { file: "a.jpg".into(), path: path.clone(), hints: Default::default(), at: "list:1".into() };
            faces(&[face.clone(), face]).expect("a fingerprint")
        };
        assert_ne!(with(1), with(2));
        assert_eq!(with(1), with(1));
        std::fs::remove_file(&path).expect("it was there");
        let face = Face { file: "a.jpg".into(), path: path.clone(), hints: Default::default(), at: "list:1".into() };
        assert!(format!("{:#}", faces(&[face]).expect_err("absent")).contains("a.jpg"));
    }

    #[test]
    fn tensors_are_told_apart_by_all_that_they_are() {
        let tensor =
            |values: &[f32], shape: &[usize]| Tensor::from_vec(values.to_vec(), shape, &Device::Cpu).expect("a tensor");
        let of = |name: &str, t: Tensor| tensors(&HashMap::from([(name.to_string(), t)])).expect("a hash");
        let first = of("a", tensor(&[1., 2.], &[2]));
        assert_eq!(first, of("a", tensor(&[1., 2.], &[2]).to_dtype(DType::F64).expect("f64")), "in any float");
        for other in
            [of("b", tensor(&[1., 2.], &[2])), of("a", tensor(&[1., 2.], &[1, 2])), of("a", tensor(&[1., 3.], &[2]))]
        {
            assert_ne!(first, other);
        }
        let mut more = HashMap::from([("a".to_string(), tensor(&[1., 2.], &[2]))]);
        more.insert("a.num_batches_tracked".into(), tensor(&[7.], &[1]));
        assert_eq!(first, tensors(&more).expect("a hash"));
        more.insert("c".into(), tensor(&[], &[0]));
        assert_ne!(first, tensors(&more).expect("a hash"));
    }
}
