//! A file of named tensors, checked as a whole before one of them is read.
use super::fault::Fault;
use super::pth::PthFile;
use super::safetensors::SafetensorsFile;
use candle_core::{DType, Error, Result, Shape, Tensor};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most tensors of one file; the deepest network here has about two thousand.
pub(super) const TENSORS: usize = 1 << 16;
/// Most dimensions of one tensor.
pub(super) const DIMENSIONS: usize = 8;

/// A safetensors file, or PyTorch's (`.pt`, `.pth`, `.ckpt`), whose names, shapes and places are known to be sound. Tensors are read one at a
/// time, so that no more than one of them is held twice.
///
/// PyTorch's pickle is read without running any of it, by [`l2face_pickle`], and only the names that tensors are made of are allowed in it. If its
/// dict holds no tensors itself, those under `state_dict`, then under `model`, are taken (Lightning, AdaFace); names stay as they are there.
/// Entries that are not tensors are passed over.
pub struct WeightsFile {
    path: PathBuf,
    held: BTreeMap<String, (Shape, DType)>,
    format: Format,
}

enum Format {
    Safetensors(SafetensorsFile),
    Pth(PthFile),
}

impl WeightsFile {
    /// Opens a file and checks all that its header or pickle says. Nothing of the data is read.
    ///
    /// # Errors
    /// A file that is truncated, damaged or hostile: a name outside the list in its pickle, a length, shape, offset or storage that does not fit,
    /// tensors that overlap, a header or pickle larger than any network's.
    pub fn open(path: &Path) -> Result<Self> {
        let opened = if is_pytorch(path) {
            PthFile::open(path).map(|file| (file.held(), Format::Pth(file)))
        } else {
            SafetensorsFile::open(path).map(|file| (file.held(), Format::Safetensors(file)))
        };
        let (held, format) = opened.map_err(|e| named(path, e))?;
        Ok(Self { path: path.into(), held, format })
    }

    /// Shape and type of each tensor, by name. PyTorch's bool is [`DType::U8`].
    pub fn held(&self) -> &BTreeMap<String, (Shape, DType)> {
        &self.held
    }

    /// The notes of a safetensors file; PyTorch's have none.
    pub fn metadata(&self) -> BTreeMap<String, String> {
        match &self.format {
            Format::Safetensors(file) => file.metadata().clone(),
            Format::Pth(_) => BTreeMap::new(),
        }
    }

    /// One of them, in the file's type, on the CPU.
    ///
    /// # Errors
    /// A name that is not there; data that cannot be read, or whose checksum (PyTorch's files) is another.
    pub fn tensor(&mut self, name: &str) -> Result<Tensor> {
        let tensor = match &mut self.format {
            Format::Safetensors(file) => file.tensor(name),
            Format::Pth(file) => file.tensor(name),
        };
        tensor.map_err(|e| named(&self.path, e))
    }
}

fn is_pytorch(path: &Path) -> bool {
    path.extension().is_some_and(|e| ["pt", "pth", "ckpt"].iter().any(|p| e.eq_ignore_ascii_case(p)))
}

/// The error that the user sees.
pub(super) fn named(path: &Path, fault: Fault) -> Error {
    Error::msg(format!("{}: {fault}", path.display()))
}

/// Bytes of a tensor; `None` if its shape means more than 64 bits count, or more dimensions than a network has.
pub(super) fn bytes_of(shape: &[usize], dtype: DType) -> Option<u64> {
    let within = shape.len() <= DIMENSIONS;
    let count = |count: u64, dim: &usize| count.checked_mul(u64::try_from(*dim).ok()?);
    // Zero dimensions are counted last, so that they do not hide an overflow of the others.
    let zero = shape.contains(&0);
    let others = shape.iter().filter(|dim| **dim != 0).try_fold(dtype.size_in_bytes() as u64, count);
    others.filter(|bytes| within && *bytes <= isize::MAX as u64).map(|bytes| if zero { 0 } else { bytes })
}
