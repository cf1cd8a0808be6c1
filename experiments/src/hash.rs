//! Fingerprints of settings and inputs, for names of folders and of cached files.

use anyhow::{Context, Result};
use l2face_eval::Face;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes of a photograph that its fingerprint covers.
const HEAD: u64 = 4 << 10;

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

/// What tells faces of a protocol from others: names, points, boxes, size and first bytes of every photograph.
pub fn faces(faces: &[Face]) -> Result<String> {
    let content = |face: &Face| -> Result<(String, String, u64, String)> {
        let read = || -> std::io::Result<(u64, Vec<u8>)> {
            let file = File::open(&face.path)?;
            let (size, mut head) = (file.metadata()?.len(), Vec::new());
            file.take(HEAD).read_to_end(&mut head)?;
            Ok((size, head))
        };
        let (size, head) = read().with_context(|| face.path.display().to_string())?;
        Ok((face.file.clone(), format!("{:?}", face.hints), size, bytes(&head)))
    };
    of(&faces.par_iter().map(content).collect::<Result<Vec<_>>>()?)
}
