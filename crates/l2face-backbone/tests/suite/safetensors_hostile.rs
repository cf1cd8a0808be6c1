//! Hostile and damaged safetensors files: refused by their header, before any data is read.
use candle_core::Result;
use l2face_backbone::Weights;

/// A file with that header and so many bytes of data says all the words.
fn refused(header: &str, data: usize, words: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.safetensors");
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; data]].concat();
    std::fs::write(&path, bytes).expect("written");
    let said = Weights::inspect(&path).expect_err("must be refused").to_string();
    // Behind it candle puts a backtrace where RUST_BACKTRACE asks for one.
    let said = said.lines().next().unwrap_or_default();
    for word in ["made.safetensors"].iter().chain(words) {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
    assert!(said.len() < 1000, "is one message: {said}");
}

fn tensor(name: &str, shape: &str, start: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"F32","shape":[{shape}],"data_offsets":[{start},{end}]}}"#)
}

#[test]
fn tensors_fill_the_data_one_after_the_other() -> Result<()> {
    let two = |a: String, b: String| format!("{{{a},{b}}}");
    refused(&two(tensor("a", "2", 0, 8), tensor("b", "2", 4, 12)), 12, &["b: it begins at byte 4"]);
    refused(&two(tensor("a", "2", 0, 8), tensor("b", "2", 0, 8)), 8, &["begins at byte 0"]);
    refused(&two(tensor("a", "2", 0, 8), tensor("b", "2", 12, 20)), 20, &["b: bytes 8 to 12"]);
    refused(&format!("{{{}}}", tensor("a", "2", 4, 12)), 12, &["a: bytes 0 to 4"]);
    refused(&format!("{{{}}}", tensor("a", "2", 0, 8)), 9, &["take 8 bytes, but 9"]);
    refused(&format!("{{{}}}", tensor("a", "2", 0, 8)), 7, &["take 8 bytes, but 7", "truncated"]);
    let both = two(tensor("a", "2", 0, 8), tensor("b", "2", 8, 16));
    let path = tempfile::tempdir()?;
    let path = path.path().join("sound.safetensors");
    std::fs::create_dir_all(path.parent().expect("a folder"))?;
    std::fs::write(&path, [&(both.len() as u64).to_le_bytes()[..], both.as_bytes(), &[0; 16]].concat())?;
    assert_eq!(Weights::inspect(&path)?.len(), 2);
    Ok(())
}

#[test]
fn shapes_agree_with_their_bytes() {
    let one = |shape: &str, end: u64, words: &[&str]| refused(&format!("{{{}}}", tensor("a", shape, 0, end)), 8, words);
    one("3", 8, &["header, a: ", "not those of a tensor of shape [3]"]);
    one("4294967296,4294967296", 8, &["header, a: ", "larger than any tensor"]);
    one("4611686018427387905", 4, &["larger than any tensor"]);
    one("0,4294967296,4294967296", 0, &["larger than any tensor"]);
    one("1,1,1,1,1,1,1,1,2", 8, &["larger than any tensor"]);
    one("18446744073709551616", 8, &["header: "]);
    one("-2", 8, &["header: "]);
    refused(&format!("{{{}}}", tensor("a", "2", 8, 0)), 8, &["bytes 8 to 0"]);
    refused(r#"{"a":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]}}"#, 8, &["a: type F8_E5M2", "F32"]);
}

#[test]
fn headers_that_are_none() {
    refused(&format!("{{{},{}}}", tensor("a", "1", 0, 4), tensor("a", "1", 4, 8)), 8, &["a stands there twice"]);
    refused(r#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, &["a: duplicate field"]);
    refused(r#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, &["a: missing field"]);
    refused("[1,2]", 0, &["an object of tensors by name"]);
    refused("{", 0, &["header: "]);
    refused("", 0, &["header: "]);
    refused(&"[".repeat(100_000), 0, &["header: "]);
    refused(&format!(r#"{{"__metadata__":{}}}"#, "[".repeat(100_000)), 0, &["header: "]);
}

#[test]
fn headers_no_network_needs() {
    let many = |count: usize| (0..count).map(|i| tensor(&i.to_string(), "0", 0, 0)).collect::<Vec<_>>().join(",");
    refused(&format!("{{{}}}", many(1_000_000)), 0, &["at most 16777216 are read"]);
    refused(&format!("{{{}}}", many(70_000)), 0, &["more than 65536 tensors"]);
}
