//! Safetensors files, tensor by tensor.
use super::fault::{refuse, shown, Checked, Fault};
use super::safetensors_header::{parse, Entry, Metadata};
use candle_core::{DType, Device, Shape, Tensor};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Longest header that is read, bytes.
const HEADER: u64 = 16 << 20;

/// An open file whose header is sound.
pub(super) struct SafetensorsFile {
    file: File,
    /// Where the data begin, bytes.
    data: u64,
    entries: BTreeMap<String, Entry>,
    metadata: Metadata,
}

impl SafetensorsFile {
    pub(super) fn open(path: &Path) -> Checked<Self> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        let mut header = [0; 8];
        file.read_exact(&mut header).map_err(|_| Fault::new("shorter than 8 bytes: not a safetensors file"))?;
        let header = u64::from_le_bytes(header);
        let Some(data) = len.checked_sub(8).and_then(|rest| rest.checked_sub(header)) else {
            refuse!("its header would have {header} bytes, of a file of {len}: truncated, or not a safetensors file");
        };
        if header > HEADER {
            refuse!("its header has {header} bytes, at most {HEADER} are read: no network needs that many");
        }
        let mut bytes = Vec::new();
        (&mut file).take(header).read_to_end(&mut bytes)?;
        let (entries, metadata) = parse(&bytes, data)?;
        Ok(Self { entries, metadata, file, data: header + 8 })
    }

    pub(super) fn held(&self) -> BTreeMap<String, (Shape, DType)> {
        let shape = |e: &Entry| (Shape::from(e.shape.clone()), e.dtype);
        self.entries.iter().map(|(name, entry)| (name.clone(), shape(entry))).collect()
    }

    pub(super) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    pub(super) fn tensor(&mut self, name: &str) -> Checked<Tensor> {
        let Some(entry) = self.entries.get(name) else { refuse!("it holds no {}", shown(name)) };
        self.file.seek(SeekFrom::Start(self.data + entry.start))?;
        let mut bytes = Vec::new();
        (&mut self.file).take(entry.end - entry.start).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != entry.end - entry.start {
            refuse!("{}: the file has become shorter while it was read", shown(name));
        }
        Ok(Tensor::from_raw_buffer(&bytes, entry.dtype, &entry.shape, &Device::Cpu)?)
    }
}
