//! PyTorch's files, tensor by tensor; candle's own reader panics on pickles that torch would not write, so it never sees one.
mod archive;
mod gather;
mod state_dict;
mod stored;
mod zip_directory;

use crate::weights::fault::{refuse, shown, Checked, Fault};
use archive::{Archive, PICKLE};
use candle_core::{DType, Device, Shape, Tensor};
use l2face_pickle::{Limits, Pickle};
use std::collections::BTreeMap;
use std::path::Path;
use stored::{Stored, ALLOWED};

const LIMITS: Limits = Limits { bytes: PICKLE, values: 1 << 20, depth: 128, expanded: 16 << 20 };

/// An open file whose pickle, storages and views are sound.
pub(super) struct PthFile {
    archive: Archive,
    tensors: BTreeMap<String, Stored>,
}

impl PthFile {
    pub(super) fn open(path: &Path) -> Checked<Self> {
        let mut archive = Archive::open(path)?;
        let pickle = Pickle::parse(archive.pickle()?, ALLOWED, &LIMITS);
        let pickle = pickle.map_err(|e| Fault::new(format_args!("data.pkl: {e}")))?;
        let tensors = state_dict::state_dict(pickle.root())?;
        for (name, stored) in &tensors {
            check(&archive, stored).map_err(|e| e.of(shown(name)))?;
        }
        Ok(Self { archive, tensors })
    }

    pub(super) fn held(&self) -> BTreeMap<String, (Shape, DType)> {
        let shape = |s: &Stored| (Shape::from(s.shape.clone()), s.dtype);
        self.tensors.iter().map(|(name, stored)| (name.clone(), shape(stored))).collect()
    }

    pub(super) fn tensor(&mut self, name: &str) -> Checked<Tensor> {
        let Some(stored) = self.tensors.get(name) else { refuse!("it holds no {}", shown(name)) };
        let Some((start, len)) = stored.bytes() else { refuse!("{} does not fit its storage", shown(name)) };
        let bytes = self.archive.read(&entry(stored), start, Some(len)).map_err(|e| e.of(shown(name)))?;
        let bytes = match stored.is_row_major() || bytes.is_empty() {
            true => bytes,
            false => gather::gather(&bytes, stored.dtype.size_in_bytes(), &stored.shape, &stored.strides),
        };
        Ok(Tensor::from_raw_buffer(&bytes, stored.dtype, &stored.shape, &Device::Cpu)?)
    }
}

fn entry(stored: &Stored) -> String {
    format!("data/{}", stored.key)
}

fn check(archive: &Archive, stored: &Stored) -> Checked<()> {
    let size = archive.size(&entry(stored))?;
    match stored.bytes().and_then(|(start, len)| start.checked_add(len)) {
        Some(end) if end <= size => Ok(()),
        _ => refuse!("its storage {} has {size} bytes, fewer than it needs: truncated or damaged", entry(stored)),
    }
}
