//! Crops in memory and their file.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use l2face_data::{DataError, Dataset, InMemory, Result};
use l2face_image::Rgb8;

fn crop(i: usize) -> Rgb8 {
    Rgb8::new(5, 4, (0..60).map(|k| (i * 60 + k) as u8).collect()).unwrap()
}

struct Source(usize);

impl Dataset for Source {
    fn len(&self) -> usize {
        self.0
    }
    fn classes(&self) -> usize {
        3
    }
    fn label(&self, i: usize) -> u32 {
        i as u32 % 3
    }
    fn get(&self, i: usize) -> Result<Rgb8> {
        Ok(crop(i))
    }
    fn id(&self, i: usize) -> String {
        format!("face {i} \u{e9}")
    }
}

fn set() -> InMemory {
    InMemory::from_dataset(&Source(7), &|_, _| {}).unwrap()
}

#[test]
fn built_in_order_with_the_dropped_told() {
    let seen = Mutex::new(Vec::new());
    let progress = |done, all| seen.lock().unwrap().push((done, all));
    let keep = |i: usize| Ok((i % 3 != 1).then(|| crop(i)));
    let (set, dropped) = InMemory::build(&Source(8), keep, &progress).unwrap();
    assert_eq!(dropped, [1, 4, 7]);
    assert_eq!((set.len(), set.classes()), (5, 3));
    let got: Vec<_> = (0..5).map(|i| (set.get(i).unwrap(), set.label(i), set.id(i))).collect();
    let expected = [0, 2, 3, 5, 6].map(|i| (crop(i), i as u32 % 3, Source(8).id(i)));
    assert_eq!(got, expected);
    assert_eq!(set.image(1), &crop(2));
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, (1..=8).map(|done| (done, 8)).collect::<Vec<_>>());
}

#[test]
fn the_first_error_in_order_is_the_one_returned() {
    let fail = |i: usize| match i {
        3 | 5 => Err(DataError::item(i, "no")),
        _ => Ok(None),
    };
    for _ in 0..20 {
        let error = InMemory::build(&Source(8), fail, &|_, _| {}).unwrap_err();
        assert_eq!(error.to_string(), "3: no");
    }
}

#[test]
fn labels_and_sizes_are_checked() {
    let message = InMemory::new([(crop(0), 0), (crop(1), 3)], 3).unwrap_err().to_string();
    assert_eq!(message, "item 1: its label 3 is not below the 3 people");
    let small = Rgb8::new(1, 1, vec![0; 3]).unwrap();
    let message = InMemory::new([(crop(0), 0), (small, 0)], 3).unwrap_err().to_string();
    assert_eq!(message, "item 1: its size (1, 1) is not that of the others, (5, 4)");
}

fn saved() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("crops.bin");
    set().save(&path, "faces v1").unwrap();
    let bytes = fs::read(&path).unwrap();
    (dir, path, bytes)
}

#[test]
fn the_file_round_trips_and_leaves_no_other() {
    let (dir, path, _) = saved();
    assert_eq!(InMemory::load(&path, "faces v1").unwrap(), set());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    let none = InMemory::new([], 3).unwrap();
    none.save(&path, "").unwrap();
    assert_eq!(InMemory::load(&path, "").unwrap(), none);
}

#[test]
fn a_file_of_another_source_is_refused() {
    let (_dir, path, _) = saved();
    let message = InMemory::load(&path, "faces v2").unwrap_err().to_string();
    assert!(message.contains("it was made for \"faces v1\", and \"faces v2\" is wanted. Delete it"), "{message}");
    let absent = path.with_extension("absent");
    assert!(matches!(InMemory::load(&absent, ""), Err(DataError::Io { .. })));
}

#[test]
fn a_cut_lengthened_or_changed_file_is_refused() {
    let (_dir, path, bytes) = saved();
    let refused = |bytes: &[u8], what: String| {
        fs::write(&path, bytes).unwrap();
        assert!(InMemory::load(&path, "faces v1").is_err(), "{what} unnoticed");
    };
    for keep in 0..bytes.len() {
        refused(&bytes[..keep], format!("cut to {keep}"));
    }
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 0x80;
        refused(&bad, format!("change of byte {at}"));
    }
    let mut longer = bytes.clone();
    longer.push(0);
    refused(&longer, "a byte more".into());
}

/// Sizes of 2^63 bytes and of 2^40 crops: refused without asking for the memory.
#[test]
fn a_hostile_file_asks_for_nothing() {
    let (_dir, path, bytes) = saved();
    let numbers = 16 + 8 + "faces v1".len();
    for (field, value) in [(1, 1u64 << 40), (2, 1 << 62), (2, 1 << 33), (3, u64::MAX)] {
        let mut bad = bytes.clone();
        bad[numbers + 8 * field..][..8].copy_from_slice(&value.to_le_bytes());
        fs::write(&path, &bad).unwrap();
        let message = InMemory::load(&path, "faces v1").unwrap_err().to_string();
        assert!(message.contains("truncated or damaged"), "{message}");
    }
}
