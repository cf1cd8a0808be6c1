//! The file format of a snapshot: safetensors whose metadata hold the format, the JSON value and a checksum.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use candle_core::safetensors::Load;
use candle_core::{Device, Tensor};
use safetensors::tensor::Metadata;
use safetensors::{SafeTensors, View};
use sha2::{Digest, Sha256};

use crate::atomic::{publish, temp_beside};
use crate::{Result, Snapshot, TrainError};

const FORMAT: &str = "l2face-snapshot/1";
/// A header has about 100 bytes a tensor; this allows 100,000 tensors and bounds what a hostile file can ask for.
const MAX_HEADER: u64 = 16 << 20;

pub(crate) fn save(snapshot: &Snapshot, path: &Path) -> Result<()> {
    let tensors = on_cpu(&snapshot.tensors)?;
    let meta = snapshot.meta.to_string();
    let info = HashMap::from([
        ("format".to_string(), FORMAT.to_string()),
        ("sha256".to_string(), checksum(&meta, tensors.iter())),
        ("meta".to_string(), meta),
    ]);
    let temp = temp_beside(path).map_err(TrainError::io(path))?;
    safetensors::serialize_to_file(&tensors, Some(info), temp.path()).map_err(candle_core::Error::from)?;
    publish(temp, path).map_err(TrainError::io(path))
}

/// candle's safetensors view panics when a device fails to copy; a copy made here returns the error instead.
fn on_cpu(tensors: &BTreeMap<String, Tensor>) -> Result<BTreeMap<String, Tensor>> {
    let copy = |(name, t): (&String, &Tensor)| Ok((name.clone(), t.to_device(&Device::Cpu)?));
    tensors.iter().map(copy).collect()
}

pub(crate) fn load(path: &Path) -> Result<Snapshot> {
    let bytes = read_plausible(path)?;
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|e| TrainError::snapshot(path, e))?;
    let field = |name: &str| -> Result<String> {
        let value = header.metadata().as_ref().and_then(|m| m.get(name));
        value.cloned().ok_or_else(|| TrainError::snapshot(path, format!("its header has no \"{name}\"")))
    };
    if field("format")? != FORMAT {
        return Err(TrainError::snapshot(path, format!("its format is \"{}\", not \"{FORMAT}\"", field("format")?)));
    }
    let meta = field("meta")?;
    let tensors = tensors(&bytes).map_err(|e| TrainError::snapshot(path, e))?;
    if checksum(&meta, tensors.iter()) != field("sha256")? {
        return Err(TrainError::snapshot(path, "its checksum is wrong, so bytes have changed"));
    }
    let meta = serde_json::from_str(&meta).map_err(|e| TrainError::snapshot(path, e))?;
    Ok(Snapshot { tensors, meta })
}

/// The bytes of a file whose header is small and promises exactly the bytes that follow.
fn read_plausible(path: &Path) -> Result<Vec<u8>> {
    let mut file = File::open(path).map_err(TrainError::io(path))?;
    let len = file.metadata().map_err(TrainError::io(path))?.len();
    let mut bytes = vec![0; len.min(8) as usize];
    file.read_exact(&mut bytes).map_err(TrainError::io(path))?;
    let header = match <[u8; 8]>::try_from(&bytes[..]) {
        Ok(prefix) => u64::from_le_bytes(prefix),
        Err(_) => return Err(TrainError::snapshot(path, format!("truncated: only {len} bytes"))),
    };
    if header > MAX_HEADER || header > len - 8 {
        let reason = format!("truncated or damaged: a header of {header} bytes in a file of {len}");
        return Err(TrainError::snapshot(path, reason));
    }
    bytes.resize(8 + header as usize, 0);
    file.read_exact(&mut bytes[8..]).map_err(TrainError::io(path))?;
    check_length(path, &bytes[8..], len - 8 - header)?;
    file.take(len).read_to_end(&mut bytes).map_err(TrainError::io(path))?;
    Ok(bytes)
}

fn check_length(path: &Path, header: &[u8], found: u64) -> Result<()> {
    let header: Metadata = serde_json::from_slice(header)
        .map_err(|e| TrainError::snapshot(path, format!("its header is damaged: {e}")))?;
    let promised = header.data_len() as u64;
    if promised == found {
        return Ok(());
    }
    let reason = format!("truncated or damaged: {found} bytes of tensors where the header promises {promised}");
    Err(TrainError::snapshot(path, reason))
}

fn tensors(bytes: &[u8]) -> candle_core::Result<BTreeMap<String, Tensor>> {
    let file = SafeTensors::deserialize(bytes)?;
    file.iter().map(|(name, view)| Ok((name.to_string(), view.load(&Device::Cpu)?))).collect()
}

/// SHA-256 of the JSON text, then of name, type, shape and bytes of each tensor in the order of names.
fn checksum<'a>(meta: &str, tensors: impl Iterator<Item = (&'a String, &'a Tensor)>) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}:{meta}", meta.len()));
    for (name, t) in tensors {
        hash.update(format!("{}:{name}{:?}{:?}", name.len(), t.dtype(), t.dims()));
        hash.update(t.data());
    }
    format!("{:x}", hash.finalize())
}

#[cfg(test)]
mod tests;
