//! The header of a safetensors file: JSON of names, types, shapes and places.
use super::fault::{refuse, shown, Checked, Fault};
use super::file::{bytes_of, TENSORS};
use candle_core::DType;
use serde::de::{Error as _, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// One tensor; its place is in bytes behind the header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub dtype: DType,
    pub shape: Vec<usize>,
    pub start: u64,
    pub end: u64,
}

#[derive(serde::Deserialize)]
struct Raw {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// All tensors, which fill `data` bytes one after the other without hole or overlap.
///
/// # Errors
/// Anything else.
pub(super) fn parse(header: &[u8], data: u64) -> Checked<(BTreeMap<String, Entry>, Metadata)> {
    let raw: Header = serde_json::from_slice(header).map_err(|e| Fault::new(format_args!("header: {e}")))?;
    let entry = |(name, raw): (String, Raw)| match checked(raw) {
        Ok(entry) => Ok((name, entry)),
        Err(e) => Err(e.of(format_args!("header, {}", shown(&name)))),
    };
    let entries = raw.tensors.into_iter().map(entry).collect::<Checked<_>>()?;
    fill(&entries, data)?;
    Ok((entries, raw.metadata))
}

fn checked(raw: Raw) -> Checked<Entry> {
    let Raw { dtype, shape, data_offsets: [start, end] } = raw;
    let dtype = self::dtype(&dtype)?;
    match (bytes_of(&shape, dtype), end.checked_sub(start)) {
        (Some(bytes), Some(len)) if bytes == len => Ok(Entry { dtype, shape, start, end }),
        (None, _) => refuse!("its shape {shape:?} is larger than any tensor: the file is damaged"),
        _ => refuse!("its bytes {start} to {end} are not those of a tensor of shape {shape:?}: the file is damaged"),
    }
}

/// # Errors
/// Types that no network here uses.
fn dtype(name: &str) -> Checked<DType> {
    Ok(match name {
        "F64" => DType::F64,
        "F32" => DType::F32,
        "F16" => DType::F16,
        "BF16" => DType::BF16,
        "I64" => DType::I64,
        "I32" => DType::I32,
        "I16" => DType::I16,
        "U32" => DType::U32,
        "U8" | "BOOL" => DType::U8,
        other => refuse!("type {other} is not read; save it as F32"),
    })
}

fn fill(entries: &BTreeMap<String, Entry>, data: u64) -> Checked<()> {
    let mut order: Vec<_> = entries.iter().collect();
    order.sort_by_key(|(_, entry)| (entry.start, entry.end));
    let mut end = 0;
    for (name, entry) in order {
        let name = shown(name);
        if entry.start < end {
            refuse!("header, {name}: it begins at byte {} of the data, where another tensor goes on to {end}: the file is damaged", entry.start);
        }
        if entry.start > end {
            refuse!(
                "header, {name}: bytes {end} to {} before it belong to no tensor: the file is damaged",
                entry.start
            );
        }
        end = entry.end;
    }
    if end != data {
        refuse!("its tensors take {end} bytes, but {data} are there: truncated, or written by a broken program");
    }
    Ok(())
}

/// Free notes: text by name.
pub(super) type Metadata = BTreeMap<String, String>;

struct Header {
    tensors: BTreeMap<String, Raw>,
    metadata: Metadata,
}

impl<'de> serde::Deserialize<'de> for Header {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

/// Takes each name once, and no more names than a network has.
struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Header, A::Error> {
        let (mut entries, mut metadata) = (BTreeMap::new(), Metadata::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == "__metadata__" {
                metadata = map.next_value()?;
                continue;
            }
            if entries.len() == TENSORS {
                return Err(A::Error::custom(format_args!("more than {TENSORS} tensors: not a network's weights")));
            }
            let entry = map.next_value::<Raw>().map_err(|e| A::Error::custom(format_args!("{}: {e}", shown(&name))))?;
            if entries.contains_key(&name) {
                return Err(A::Error::custom(format_args!("{} stands there twice", shown(&name))));
            }
            entries.insert(name, entry);
        }
        Ok(Header { tensors: entries, metadata })
    }
}
