use super::*;
use std::path::PathBuf;

fn sample() -> Snapshot {
    let t = |v: &[f32]| Tensor::new(v, &Device::Cpu).unwrap();
    let mut s = Snapshot { meta: serde_json::json!({"step": 12, "seed": u64::MAX}), ..Default::default() };
    s.insert("model", BTreeMap::from([("w".into(), t(&[1., -2., f32::MIN_POSITIVE])), ("b".into(), t(&[0.5]))]));
    s.insert("sgd", BTreeMap::from([("w".into(), t(&[3., 4., 5.]).reshape((3, 1)).unwrap())]));
    s
}

fn saved() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("last.safetensors");
    sample().save_atomic(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (dir, path, bytes)
}

fn refused(path: &Path, bytes: &[u8]) -> String {
    std::fs::write(path, bytes).unwrap();
    let message = Snapshot::load(path).unwrap_err().to_string();
    assert!(message.starts_with(&format!("{}: not a usable snapshot: ", path.display())), "{message}");
    assert!(message.contains("Delete it and resume from an older snapshot"), "{message}");
    message
}

#[test]
fn round_trips_exactly_and_is_the_same_file_each_time() {
    let (dir, path, bytes) = saved();
    let back = Snapshot::load(&path).unwrap();
    assert_eq!(back.meta, sample().meta);
    let names: Vec<_> = back.tensors.keys().cloned().collect();
    assert_eq!(names, ["model/b", "model/w", "sgd/w"]);
    let model = back.group("model");
    assert_eq!(model["w"].to_vec1::<f32>().unwrap(), [1., -2., f32::MIN_POSITIVE]);
    assert_eq!(back.group("sgd")["w"].dims(), [3, 1]);
    assert!(back.group("mod").is_empty());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let again = dir.path().join("again.safetensors");
    back.save_atomic(&again).unwrap();
    assert_eq!(names_and_bytes(&again), names_and_bytes(&path));
    assert_eq!(bytes.len(), std::fs::read(&again).unwrap().len());
}

/// The header's metadata are a hash map, so files agree up to the order of three keys.
fn names_and_bytes(path: &Path) -> (String, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    let (n, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let sum = header.metadata().as_ref().unwrap()["sha256"].clone();
    (sum, bytes[8 + n..].to_vec())
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let (_dir, path, bytes) = saved();
    for keep in 0..bytes.len() {
        refused(&path, &bytes[..keep]);
    }
    let mut longer = bytes;
    longer.push(0);
    refused(&path, &longer);
}

#[test]
fn a_changed_byte_is_refused() {
    let (_dir, path, bytes) = saved();
    for at in 8..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        std::fs::write(&path, &bad).unwrap();
        if let Ok(s) = Snapshot::load(&path) {
            panic!("byte {at} of {} changed unnoticed: {:?}", bytes.len(), s.tensors.keys())
        }
    }
}

#[test]
fn a_hostile_header_asks_for_nothing() {
    let (_dir, path, _) = saved();
    let mut huge = u64::MAX.to_le_bytes().to_vec();
    huge.extend([b' '; 100]);
    assert!(refused(&path, &huge).contains("a header of 18446744073709551615 bytes"));
    let header = br#"{"x":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}"#;
    let mut lying = (header.len() as u64).to_le_bytes().to_vec();
    lying.extend(header);
    assert!(refused(&path, &lying).contains("0 bytes of tensors where the header promises 4398046511104"));
}

#[test]
fn another_safetensors_file_and_no_file_are_refused() {
    let (_dir, path, _) = saved();
    let t = Tensor::new(&[1f32], &Device::Cpu).unwrap();
    t.save_safetensors("x", &path).unwrap();
    assert!(Snapshot::load(&path).unwrap_err().to_string().contains("no \"format\""));
    let absent = path.with_extension("absent");
    assert!(Snapshot::load(&absent).unwrap_err().to_string().contains("last.absent: "));
}

#[test]
fn a_view_is_saved_as_it_is_seen() {
    let (_dir, path, _) = saved();
    let t = Tensor::arange(0f32, 6., &Device::Cpu).unwrap().reshape((2, 3)).unwrap();
    let mut s = Snapshot::default();
    s.insert("m", BTreeMap::from([("v".into(), t.t().unwrap().narrow(0, 1, 2).unwrap())]));
    s.save_atomic(&path).unwrap();
    let back = Snapshot::load(&path).unwrap().group("m")["v"].to_vec2::<f32>().unwrap();
    assert_eq!(back, [[1., 4.], [2., 5.]]);
}
