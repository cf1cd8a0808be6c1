//! Writing crops to one file.
//!
//! Little-endian: magic; tag; classes, items, width and height (u64 each); per item label (u32), name, pixels; SHA-256
//! of all before it. Text is its length (u64) and UTF-8 bytes.

use std::fs::File;
use std::io::{BufWriter, Result as IoResult, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{DataError, InMemory, Result};

pub(crate) const MAGIC: &[u8; 16] = b"l2face-crops/1\r\n";

pub(crate) fn save(set: &InMemory, path: &Path, tag: &str) -> Result<()> {
    let parent = path.parent().filter(|p| *p != Path::new(""));
    let folder = parent.unwrap_or(Path::new("."));
    let publish = || {
        let mut temp = tempfile::Builder::new().prefix(".tmp").tempfile_in(folder)?;
        write(set, temp.as_file_mut(), tag)?;
        temp.as_file().sync_all()?;
        temp.persist(path).map_err(|e| e.error)?;
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    publish().map_err(DataError::io(path))
}

fn write(set: &InMemory, file: &mut File, tag: &str) -> IoResult<()> {
    let mut out = Hashing { inner: BufWriter::new(file), hash: Sha256::new() };
    out.put(MAGIC)?;
    out.text(tag)?;
    let (width, height) = set.images.first().map_or((0, 0), |i| (i.width(), i.height()));
    for number in [set.classes, set.images.len(), width, height] {
        out.number(number)?;
    }
    for ((image, label), id) in set.images.iter().zip(&set.labels).zip(&set.ids) {
        out.put(&label.to_le_bytes())?;
        out.text(id)?;
        out.put(image.data())?;
    }
    let sum = out.hash.finalize();
    out.inner.write_all(&sum)?;
    out.inner.flush()
}

struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> IoResult<()> {
        self.hash.update(bytes);
        self.inner.write_all(bytes)
    }

    fn number(&mut self, value: usize) -> IoResult<()> {
        self.put(&(value as u64).to_le_bytes())
    }

    fn text(&mut self, text: &str) -> IoResult<()> {
        self.number(text.len())?;
        self.put(text.as_bytes())
    }
}
