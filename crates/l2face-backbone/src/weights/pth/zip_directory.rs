//! The directory at the end of a zip file, as PyTorch writes it: entries stored as they are, 64-bit sizes where needed.
//!
//! Not by a crate: `zip` 9.8.1, which candle's reader uses, makes room for as many entries as a 64-bit record declares, one for each 46 bytes
//! of the file, before it reads one; a sparse file that takes 12 KiB on disk ends the process so. Here the directory has to be in the file, and
//! short. Fields and places: PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16 and 4.5.3.
use crate::weights::fault::{refuse, shown, Checked, Fault};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

/// Longest directory that is read, bytes: two hundred for each of 65,536 tensors and more.
const DIRECTORY: u64 = 16 << 20;
const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_BYTES: usize = 20;
const END64: &[u8] = b"PK\x06\x06";
const HEADER: &[u8] = b"PK\x01\x02";
const HEADER_BYTES: usize = 46;
/// The longest comment that may follow the end record.
const COMMENT: u64 = 0xffff;

/// One entry as the directory has it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Bytes of its data.
    pub size: u64,
    pub packed: u64,
    pub crc: u32,
    /// Where its local header stands.
    pub header: u64,
    /// 0: stored as it is.
    pub method: u16,
    pub flags: u16,
}

/// Where the directory lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    entries: u64,
    size: u64,
    start: u64,
}

/// All entries by name, and where the directory begins, behind all data.
///
/// # Errors
/// No directory, or one that lies outside the file, is larger than any checkpoint's, or is damaged.
pub(super) fn entries(file: &mut (impl Read + Seek), len: u64) -> Checked<(BTreeMap<String, Entry>, u64)> {
    let (place, end) = place(file, len)?;
    if place.size > DIRECTORY {
        refuse!(
            "its zip directory would have {} bytes, at most {DIRECTORY} are read: no network needs that many",
            place.size
        );
    }
    if place.start.checked_add(place.size).is_none_or(|behind| behind > end) {
        refuse!("its zip directory lies outside the file: truncated or damaged");
    }
    let directory = read(file, place.start, place.size)?;
    let (mut rest, mut entries) = (&directory[..], BTreeMap::new());
    while !rest.is_empty() {
        let (name, entry);
        (name, entry, rest) = header(rest).ok_or_else(|| Fault::new("its zip directory is damaged"))?;
        if entries.insert(name.clone(), entry).is_some() {
            refuse!("{} stands twice in its zip directory: the file is damaged", shown(&name));
        }
    }
    if entries.len() as u64 != place.entries {
        refuse!("its zip directory has {} entries in place of {}: the file is damaged", entries.len(), place.entries);
    }
    Ok((entries, place.start))
}

/// So many bytes at a place; both were compared with the file's length.
pub(super) fn read(file: &mut (impl Read + Seek), start: u64, len: u64) -> Checked<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(len).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != len {
        refuse!("the file ends within {len} bytes at {start}: truncated");
    }
    Ok(bytes)
}

/// The directory's place by the record at the end of the file, and where that record stands.
fn place(file: &mut (impl Read + Seek), len: u64) -> Checked<(Place, u64)> {
    let tail = len.min((END_BYTES + LOCATOR_BYTES) as u64 + COMMENT);
    let bytes = read(file, len - tail, tail)?;
    let behind = |at: usize| bytes.len().checked_sub(at + END_BYTES).and_then(|n| u16::try_from(n).ok());
    let ends = |at: &usize| bytes[*at..].starts_with(END) && u16_at(&bytes[*at..], 20) == behind(*at);
    let at = (0..=bytes.len().saturating_sub(END_BYTES)).rev().find(ends);
    let at = at.ok_or_else(|| Fault::new("it has no zip directory at its end: truncated; fetch the file again"))?;
    let (end, record) = (len - tail + at as u64, &bytes[at..]);
    let fields = (u16_at(record, 10), u32_at(record, 12), u32_at(record, 16));
    let (Some(entries), Some(size), Some(start)) = fields else { refuse!("its zip directory is damaged") };
    if entries != u16::MAX && size != u32::MAX && start != u32::MAX {
        return Ok((Place { entries: entries.into(), size: size.into(), start: start.into() }, end));
    }
    let locator = at.checked_sub(LOCATOR_BYTES).map(|l| &bytes[l..at]).filter(|l| l.starts_with(LOCATOR));
    match locator.and_then(|l| u64_at(l, 8)) {
        Some(record) if record < end => Ok((place64(file, record)?, end)),
        _ => refuse!("its zip directory is damaged: no 64-bit record"),
    }
}

fn place64(file: &mut (impl Read + Seek), at: u64) -> Checked<Place> {
    let record = read(file, at, 56)?;
    match (record.starts_with(END64), u64_at(&record, 32), u64_at(&record, 40), u64_at(&record, 48)) {
        (true, Some(entries), Some(size), Some(start)) => Ok(Place { entries, size, start }),
        _ => refuse!("its zip directory is damaged: no 64-bit record where one is announced"),
    }
}

/// The first entry, and what follows it.
fn header(bytes: &[u8]) -> Option<(String, Entry, &[u8])> {
    let fixed = bytes.get(..HEADER_BYTES).filter(|b| b.starts_with(HEADER))?;
    let [name, extra, comment] = [28, 30, 32].map(|at| u16_at(fixed, at).map(usize::from));
    let (name, rest) = bytes[HEADER_BYTES..].split_at_checked(name?)?;
    let (extra, rest) = rest.split_at_checked(extra?)?;
    let mut sizes = [24, 20, 42].map(|at| u32_at(fixed, at).map_or(0, u64::from));
    widen(&mut sizes, extra)?;
    let [size, packed, header] = sizes;
    let (flags, method, crc) = (u16_at(fixed, 8)?, u16_at(fixed, 10)?, u32_at(fixed, 16)?);
    let entry = Entry { size, packed, crc, header, method, flags };
    Some((String::from_utf8(name.into()).ok()?, entry, rest.get(comment?..)?))
}

/// Fields that 32 bits do not hold stand in the extra field of number 1, in this order.
fn widen(sizes: &mut [u64; 3], extra: &[u8]) -> Option<()> {
    let full = u64::from(u32::MAX);
    if !sizes.contains(&full) {
        return Some(());
    }
    let mut rest = extra;
    let mut wide = loop {
        let (number, len) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let body = rest.get(4..4 + len)?;
        if number == 1 {
            break body;
        }
        rest = &rest[4 + len..];
    };
    for size in sizes.iter_mut().filter(|size| **size == full) {
        *size = u64_at(wide, 0)?;
        wide = &wide[8..];
    }
    Some(())
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
