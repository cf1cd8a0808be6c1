//! Reading crops back from the file of `cache`, which may be hostile: nothing larger than what is left of the file is
//! ever allocated.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use l2face_image::Rgb8;
use sha2::{Digest, Sha256};

use crate::cache::MAGIC;
use crate::{DataError, InMemory, Result};

const SUM: u64 = 32;

pub(crate) fn load(path: &Path, tag: &str) -> Result<InMemory> {
    let file = File::open(path).map_err(DataError::io(path))?;
    let len = file.metadata().map_err(DataError::io(path))?.len();
    let mut source = Source { path, file: BufReader::new(file), hash: Sha256::new(), left: len.saturating_sub(SUM) };
    if source.bytes(MAGIC.len() as u64)? != MAGIC {
        return Err(DataError::cache(path, "it is some other file"));
    }
    let stored = source.text()?;
    if stored != tag {
        let reason = format!("it was made for \"{stored}\", and \"{tag}\" is wanted");
        return Err(DataError::cache(path, reason));
    }
    let set = source.items()?;
    source.end()?;
    Ok(set)
}

struct Source<'a> {
    path: &'a Path,
    file: BufReader<File>,
    hash: Sha256,
    /// Bytes between here and the checksum.
    left: u64,
}

impl Source<'_> {
    fn items(&mut self) -> Result<InMemory> {
        let [classes, items, width, height] = [self.number()?, self.number()?, self.number()?, self.number()?];
        let mut set = InMemory { images: Vec::new(), labels: Vec::new(), ids: Vec::new(), classes: classes as usize };
        let pixels = width.checked_mul(height).and_then(|n| n.checked_mul(3));
        let pixels = pixels.ok_or_else(|| self.truncated())?;
        for _ in 0..items {
            let label = self.array().map(u32::from_le_bytes)?;
            let id = self.text()?;
            let data = self.bytes(pixels)?;
            let image = Rgb8::new(width as usize, height as usize, data);
            let image = image.map_err(|e| DataError::cache(self.path, e))?;
            set.push(image, label, id).map_err(|e| DataError::cache(self.path, e))?;
        }
        Ok(set)
    }

    fn end(mut self) -> Result<()> {
        let mut sum = [0; SUM as usize];
        let read = self.file.read_exact(&mut sum);
        read.map_err(DataError::io(self.path))?;
        if self.left != 0 {
            return Err(DataError::cache(self.path, format!("{} bytes too many", self.left)));
        }
        match self.hash.finalize()[..] == sum {
            true => Ok(()),
            false => Err(DataError::cache(self.path, "its checksum is wrong, so bytes have changed")),
        }
    }

    fn bytes(&mut self, n: u64) -> Result<Vec<u8>> {
        self.left = self.left.checked_sub(n).ok_or_else(|| self.truncated())?;
        let mut bytes = vec![0; n as usize];
        self.file.read_exact(&mut bytes).map_err(DataError::io(self.path))?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.bytes(N as u64)?;
        bytes.try_into().map_err(|_| self.truncated())
    }

    fn number(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Result<String> {
        let len = self.number()?;
        let bytes = self.bytes(len)?;
        String::from_utf8(bytes).map_err(|e| DataError::cache(self.path, e))
    }

    fn truncated(&self) -> DataError {
        DataError::cache(self.path, "truncated or damaged")
    }
}
