//! Bytes of the input, taken only when they are there.
use crate::Problem;
use std::ops::Range;

pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Where the next byte stands.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Whether so many bytes are left; takes none.
    pub(crate) fn has(&self, wanted: u64) -> Result<(), Problem> {
        let left = (self.bytes.len() - self.at) as u64;
        if wanted > left {
            return Err(Problem::Ended { wanted, left });
        }
        Ok(())
    }

    /// The place of the next `len` bytes.
    pub(crate) fn take(&mut self, len: u64) -> Result<Range<usize>, Problem> {
        self.has(len)?;
        let start = self.at;
        // Not more than the input's length, which is a usize.
        self.at += len as usize;
        Ok(start..self.at)
    }

    pub(crate) fn slice(&mut self, len: u64) -> Result<&'a [u8], Problem> {
        let range = self.take(len)?;
        Ok(&self.bytes[range])
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(N as u64)?);
        Ok(array)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Problem> {
        Ok(self.array::<1>()?[0])
    }

    /// The bytes up to the next line feed, which is taken too.
    pub(crate) fn line(&mut self) -> Result<&'a [u8], Problem> {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|b| *b == b'\n').ok_or(Problem::OpenLine)?;
        self.at += len + 1;
        Ok(&rest[..len])
    }
}
