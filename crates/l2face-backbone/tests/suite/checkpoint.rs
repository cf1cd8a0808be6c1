//! Checkpoints made byte by byte: a zip, a pickle in it, and its storages.
use std::path::{Path, PathBuf};

/// A zip of entries stored as they are, as torch writes it.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let (start, size) = ((out.len() as u32).to_le_bytes(), (data.len() as u32).to_le_bytes());
        let crc = crc32fast::hash(data).to_le_bytes();
        let length = (name.len() as u16).to_le_bytes();
        let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &crc, &size, &size, &length, &[0, 0]].concat();
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), data].concat());
        directory.extend([b"PK\x01\x02\x14\x00", &common[..], &[0; 10], &start, name.as_bytes()].concat());
    }
    let count = (entries.len() as u16).to_le_bytes();
    let (start, size) = ((out.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    [&out[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat()
}

/// `w` alone: four floats of storage 0.
pub fn one_tensor(tensor: &[u8]) -> Vec<u8> {
    [b"\x80\x02}X\x01\x00\x00\x00w".as_slice(), tensor, b"s."].concat()
}

pub fn text(text: &str) -> Vec<u8> {
    [b"X".as_slice(), &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
}

pub fn int(n: i32) -> Vec<u8> {
    [b"J".as_slice(), &n.to_le_bytes()].concat()
}

fn ints(numbers: &[i32]) -> Vec<u8> {
    [b"(".to_vec(), numbers.iter().flat_map(|n| int(*n)).collect(), b"t".to_vec()].concat()
}

/// The persistent id of a storage.
pub fn storage(class: &str, key: &str, elements: i32) -> Vec<u8> {
    let class = format!("ctorch\n{class}\n").into_bytes();
    [b"(".to_vec(), text("storage"), class, text(key), text("cpu"), int(elements), b"tQ".to_vec()].concat()
}

/// A call of `_rebuild_tensor_v2` with the arguments given.
pub fn rebuild(args: &[&[u8]]) -> Vec<u8> {
    [b"ctorch._utils\n_rebuild_tensor_v2\n(".to_vec(), args.concat(), b"tR".to_vec()].concat()
}

/// A view of storage 0.
pub fn view(elements: i32, offset: i32, size: &[i32], stride: &[i32]) -> Vec<u8> {
    let storage = storage("FloatStorage", "0", elements);
    rebuild(&[&storage, &int(offset), &ints(size), &ints(stride), b"\x89N"])
}

/// A checkpoint with one storage of four floats.
pub fn written(folder: &Path, pickle: &[u8]) -> PathBuf {
    let path = folder.join("made.pth");
    std::fs::write(&path, zip(&[("made/data.pkl", pickle), ("made/data/0", &[0; 16])])).expect("written");
    path
}
