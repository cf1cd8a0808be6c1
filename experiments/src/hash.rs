//! Fingerprints of settings and inputs, for names of folders and of cached files.

use anyhow::Result;
use serde::Serialize;
use sha2::{Digest, Sha256};

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
