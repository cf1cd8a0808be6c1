//! Verification files: Python's pickle reads ours, and we read what it writes of them.
use std::fs;

use l2face_eval::{pack_bin, VerificationBin};

use crate::python::{found, key, seed, uniform};

#[test]
#[ignore = "needs numpy: cargo xtask peers"]
fn verification_files_there_and_back() {
    let (seed, folder) = (seed(), tempfile::tempdir().unwrap());
    let below = |of: u64, place: u64, most: f64| (uniform(key(&[seed, of]), place) * most) as u64;
    let pairs = 3 + below(1, 0, 40.);
    let image = |i: u64| (0..=below(2, i, 70_000.)).map(|d| below(3, i * 70_000 + d, 256.) as u8).collect::<Vec<u8>>();
    let images: Vec<Vec<u8>> = (0..2 * pairs).map(image).collect();
    let same: Vec<bool> = (0..pairs).map(|i| below(4, i, 2.) == 1).collect();
    let mut bytes = vec![];
    pack_bin(&mut bytes, &same, |i| Ok(images[i].clone())).unwrap();
    fs::write(folder.path().join("ours.bin"), bytes).unwrap();
    let read = found("peers/pickles.py", &[folder.path().to_str().unwrap()]);
    assert_eq!(serde_json::from_value::<Vec<bool>>(read["same"].clone()).unwrap(), same, "seed {seed}");
    let sizes: Vec<usize> = serde_json::from_value(read["sizes"].clone()).unwrap();
    assert_eq!(sizes, images.iter().map(Vec::len).collect::<Vec<_>>(), "seed {seed}");
    let sums: Vec<u64> = serde_json::from_value(read["sums"].clone()).unwrap();
    assert_eq!(sums, images.iter().map(|i| i.iter().map(|b| u64::from(*b)).sum()).collect::<Vec<u64>>(), "seed {seed}");
    for form in 0..read["forms"].as_u64().unwrap() {
        let bin = VerificationBin::open(&folder.path().join(format!("theirs-{form}.bin"))).unwrap();
        assert_eq!(bin.same(), same, "seed {seed}, form {form}");
        assert!((0..images.len()).all(|i| *bin.encoded(i).unwrap() == *images[i]), "seed {seed}, form {form}");
    }
    println!("seed {seed}: {pairs} pairs in {} forms", read["forms"]);
}
