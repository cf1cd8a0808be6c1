//! The zip file that `torch.save` writes: `NAME/data.pkl`, the storages `NAME/data/0`, `NAME/data/1`, .., and small notes.
use super::zip_directory::{entries, read, u16_at, Entry};
use crate::weights::fault::{refuse, shown, Checked, Fault};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

/// Longest `data.pkl` that is read, bytes.
pub(super) const PICKLE: u64 = 64 << 20;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: u64 = 30;

pub(super) struct Archive {
    file: File,
    entries: BTreeMap<String, Entry>,
    /// Where data end and the directory begins.
    end: u64,
    /// `NAME/`.
    folder: String,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Checked<Self> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        recognise(&mut file)?;
        let (entries, end) = entries(&mut file, len)?;
        let mut pickles = entries.keys().filter_map(|name| name.strip_suffix("data.pkl")).filter(|f| f.ends_with('/'));
        let folder = match (pickles.next(), pickles.next()) {
            (Some(folder), None) => folder.to_owned(),
            (None, _) => refuse!("no data.pkl is in it: not a file of torch.save"),
            (Some(_), Some(_)) => refuse!("more than one data.pkl is in it: not a file of torch.save"),
        };
        let mut archive = Self { file, entries, end, folder };
        archive.check_order()?;
        Ok(archive)
    }

    /// Numbers have to be little-endian; files of torch before 2.1 do not say.
    fn check_order(&mut self) -> Checked<()> {
        match self.entries.contains_key(&format!("{}byteorder", self.folder)) {
            true if self.size("byteorder")? > 16 || self.read("byteorder", 0, None)? != b"little" => {
                refuse!("its numbers are not little-endian; save it again on such a machine")
            }
            _ => Ok(()),
        }
    }

    /// The pickle that says what is in the file.
    pub(super) fn pickle(&mut self) -> Checked<Vec<u8>> {
        match self.size("data.pkl")? {
            size if size > PICKLE => {
                refuse!("its data.pkl has {size} bytes, at most {PICKLE} are read: no network needs that many")
            }
            _ => self.read("data.pkl", 0, None),
        }
    }

    fn entry(&self, name: &str) -> Checked<Entry> {
        let name = format!("{}{name}", self.folder);
        let entry = self.entries.get(&name);
        let name = shown(&name);
        let Some(entry) = entry else { refuse!("{name} is not in it: the file is damaged") };
        if entry.method != 0 || entry.flags & 1 != 0 || entry.packed != entry.size {
            refuse!("{name} is compressed or encrypted, which torch.save never does; unpack it and load and save it with torch");
        }
        match entry.header.checked_add(entry.size).is_some_and(|end| end <= self.end) {
            true => Ok(entry.clone()),
            false => refuse!("{name} would have {} bytes, which go beyond the file: truncated or damaged", entry.size),
        }
    }

    /// Bytes of an entry, which fit the file.
    pub(super) fn size(&self, name: &str) -> Checked<u64> {
        Ok(self.entry(name)?.size)
    }

    /// Bytes of an entry from `start`: so many, or all that follow. A whole entry is compared with its checksum.
    pub(super) fn read(&mut self, name: &str, start: u64, len: Option<u64>) -> Checked<Vec<u8>> {
        let entry = self.entry(name)?;
        let name = shown(name);
        let local = read(&mut self.file, entry.header, LOCAL_BYTES)?;
        let lengths = u16_at(&local, 26).zip(u16_at(&local, 28)).filter(|_| local.starts_with(LOCAL));
        let (head, extra) =
            lengths.ok_or_else(|| Fault::new(format_args!("{name}: its local zip header is damaged")))?;
        let data = entry.header + LOCAL_BYTES + u64::from(head) + u64::from(extra);
        let len = len.unwrap_or(entry.size.saturating_sub(start));
        let inside = start.checked_add(len).is_some_and(|end| end <= entry.size);
        if !inside || data.checked_add(entry.size).is_none_or(|end| end > self.end) {
            refuse!("{name} goes beyond its end: truncated or damaged");
        }
        let bytes = read(&mut self.file, data + start, len)?;
        if len == entry.size && crc32fast::hash(&bytes) != entry.crc {
            refuse!(
                "{name} has another checksum than when it was written: damaged; fetch it again (or torch.serialization.set_crc32_options \
                 was False: save it with True)"
            );
        }
        Ok(bytes)
    }
}

/// # Errors
/// Files that are no zip: what they are, as far as their first bytes tell.
fn recognise(file: &mut File) -> Checked<()> {
    let mut start = Vec::new();
    file.take(4).read_to_end(&mut start)?;
    file.rewind()?;
    match start[..] {
        [b'P', b'K', 3, 4] => Ok(()),
        [0x80, ..] => refuse!(
            "in the form that torch wrote before 1.6 (or with _use_new_zipfile_serialization=False), which is not read here; if you trust \
             where it comes from, load it with a current torch and torch.save its state_dict"
        ),
        _ => refuse!("not a file of torch.save: neither a zip nor a pickle"),
    }
}
