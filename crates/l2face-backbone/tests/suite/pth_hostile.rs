//! Hostile and damaged checkpoints: one clear error that names the file, before any data is read; never a panic.
use crate::checkpoint::{int, one_tensor, rebuild, storage, text, view, written, zip};
use crate::pth::fixture;
use candle_core::Result;
use l2face_backbone::Weights;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

fn error(path: &Path) -> String {
    let error = Weights::inspect(path).expect_err("must be refused").to_string();
    // Behind it candle puts a backtrace where RUST_BACKTRACE asks for one.
    let error = error.lines().next().unwrap_or_default().to_owned();
    let name = path.file_name().and_then(|n| n.to_str()).expect("a name");
    assert!(error.contains(name), "names the file: {error}");
    assert!(error.len() < 1000, "is one message: {error}");
    error
}

/// Each pickle, in a whole zip with a storage of four floats, is refused with all the words given.
fn refused(pickle: &[u8], words: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let said = error(&written(folder.path(), pickle));
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
}

#[test]
fn the_made_checkpoint_is_sound() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = written(folder.path(), &one_tensor(&view(4, 0, &[2, 2], &[2, 1])));
    assert_eq!(Weights::inspect(&path)?["w"].0.dims(), [2, 2]);
    Ok(())
}

#[test]
fn nothing_is_called() {
    refused(b"cos\nsystem\n(X\x04\x00\x00\x00truetR.", &["data.pkl", "byte 0", "os.system", "state_dict"]);
    refused(b"cposix\nsystem\n.", &["posix.system"]);
    refused(b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.", &["builtins.eval", "byte 18"]);
    refused(b"(X\x01\x00\x00\x00aios\nsystem\n.", &["os.system"]);
    refused(b"c__torch__\nModule\n)\x81}b.", &["__torch__.Module"]);
    refused(b"\x82\x01.", &["EXT1"]);
}

#[test]
fn what_candles_reader_falls_over() {
    // Its `remove` beyond a short tuple.
    let four = storage("FloatStorage", "0", 4);
    for args in [&[][..], &[&four[..]], &[&four, &int(0)], &[&four, &int(0), b")"], &[b"N", &int(0), b")", b")"]] {
        refused(&one_tensor(&rebuild(args)), &["data.pkl, w:", "not (storage, offset, size, stride, ..)"]);
    }
    for id in [&b")Q"[..], b"NQ", b"(X\x07\x00\x00\x00storageNtQ", b"(NNNNNtQ"] {
        refused(&one_tensor(&rebuild(&[id, &int(0), b")", b")"])), &["data.pkl, w:", "storage"]);
    }
    refused(&one_tensor(b"ctorch._utils\n_rebuild_parameter\n)R"), &["data.pkl, w:", "parameter"]);
    refused(&one_tensor(b"ctorch._utils\n_rebuild_parameter\nN\x85R"), &["data.pkl, w:", "a parameter of None"]);
    refused(&one_tensor(b"ctorch._tensor\n_rebuild_from_type_v2\n)R"), &["data.pkl, w:", "_rebuild_from_type_v2"]);
    // Its shift by more than 63.
    refused(&[b"\x8a\xff".as_slice(), &[1; 255], b"."].concat(), &["64 bits"]);
    // Its room for a declared length of 4 GiB.
    refused(b"X\xff\xff\xff\xffabc.", &["4294967295 more bytes are declared and 4 are left"]);
    // Its copies: 2^30 values out of 30 lists.
    let mut laughs = b"]q\x00".to_vec();
    (1..30u8).for_each(|level| laughs.extend([b']', b'q', level, b'(', b'h', level - 1, b'h', level - 1, b'e']));
    refused(&[&laughs[..], b"."].concat(), &["16777216 values when shared ones are written out"]);
    // Its recursion, in reading and in dropping.
    refused(&[b"N".to_vec(), b"\x85".repeat(100_000), b".".to_vec()].concat(), &["128 levels"]);
    refused(b"]q\x00h\x00a.", &["contains itself"]);
}

#[test]
fn views_stay_in_their_storage() {
    let one = |view: Vec<u8>, word| refused(&one_tensor(&view), &["w: ", word]);
    one(view(4, 0, &[5], &[1]), "leave its storage of 4 elements");
    one(view(4, 3, &[2], &[1]), "leave its storage of 4 elements");
    one(view(4, -1, &[2], &[1]), "not (storage, offset");
    one(view(4, 0, &[-2], &[1]), "not (storage, offset");
    one(view(4, 0, &[2], &[-1]), "not (storage, offset");
    one(view(4, 0, &[2, 2], &[3, 1]), "leave its storage");
    one(view(4, 0, &[2, 2], &[1]), "is no tensor's");
    one(view(4, 0, &[1; 9], &[1; 9]), "is no tensor's");
    one(view(4, 0, &[i32::MAX; 3], &[1; 3]), "is no tensor's");
    one(view(4, 0, &[i32::MAX; 2], &[i32::MAX; 2]), "is no tensor's");
    one(view(4, 0, &[0, i32::MAX, i32::MAX, i32::MAX], &[1; 4]), "is no tensor's");
    one(view(4, 0, &[1 << 30], &[0]), "more than once");
    // The pickle says 400 elements, the zip has 16 bytes.
    one(view(400, 0, &[400], &[1]), "has 16 bytes, fewer than it needs");
    one(view(400, 399, &[1], &[1]), "has 16 bytes, fewer than it needs");
    let elsewhere = rebuild(&[&storage("FloatStorage", "../1", 4), &int(0), b")", b")"]);
    one(elsewhere, "made/data/../1 is not in it");
    one(rebuild(&[&storage("CharStorage", "0", 4), &int(0), b")", b")"]), "save the weights as float32");
}

#[test]
fn dicts_without_tensors_and_names_that_stand_twice() {
    refused(b"N.", &["None, not a dict"]);
    refused(b"}.", &["it has no names"]);
    refused(&[b"}".to_vec(), text("epoch"), b"K\x01s.".to_vec()].concat(), &["it has \"epoch\""]);
    let w = view(4, 0, &[4], &[1]);
    refused(
        &[b"}".to_vec(), text("w"), w.clone(), b"s".to_vec(), text("w"), w, b"s.".to_vec()].concat(),
        &["w stands there twice"],
    );
    refused(b"}", &["truncated"]);
    refused(b"", &["truncated"]);
}

#[test]
fn a_sparse_file_that_declares_as_many_entries_as_it_could_hold() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("sparse.pth");
    let size = 8u64 << 30;
    let mut file = std::fs::File::create(&path)?;
    file.write_all(b"PK\x03\x04")?;
    file.seek(SeekFrom::Start(size))?;
    let numbers: Vec<u8> = [size / 46, size / 46, size, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
    file.write_all(&[b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0".as_slice(), &numbers].concat())?;
    file.write_all(&[b"PK\x06\x07\0\0\0\0".as_slice(), &size.to_le_bytes(), &[1, 0, 0, 0]].concat())?;
    file.write_all(&[b"PK\x05\x06\0\0\0\0".as_slice(), &[0xff; 12], &[0, 0]].concat())?;
    let said = error(&path);
    assert!(said.contains("directory would have 8589934592 bytes"), "{said}");
    Ok(())
}

#[test]
fn files_that_are_no_whole_zip_of_torch() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("other.pth");
    let says = |bytes: &[u8], word: &str| {
        std::fs::write(&path, bytes).expect("written");
        let said = error(&path);
        assert!(said.contains(word), "{word:?} is not in: {said}");
    };
    // The magic number of torch before 1.6.
    says(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "torch wrote before 1.6");
    says(b"", "not a file of torch.save");
    says(b"<html>", "not a file of torch.save");
    let whole = std::fs::read(fixture("tiny.pth"))?;
    for len in [5, 100, 5000, whole.len() - 1] {
        says(&whole[..len], "truncated");
    }
    says(&zip(&[("a/b", b"")]), "no data.pkl");
    says(&zip(&[("a/data.pkl", b"}."), ("b/data.pkl", b"}.")]), "more than one data.pkl");
    says(&zip(&[("a/data.pkl", b"}."), ("a/data.pkl", b"}.")]), "stands twice");
    says(&zip(&[("a/data.pkl", b"}."), ("a/byteorder", b"big")]), "not little-endian");
    let pickle = one_tensor(&view(4, 0, &[4], &[1]));
    let made = zip(&[("a/data.pkl", &pickle), ("a/data/0", &[0; 16])]);
    let directory = made.len() - 22 - 56 - 54;
    assert!(made[directory..].starts_with(b"PK\x01\x02"));
    let changed = |at: usize, bytes: &[u8]| [&made[..at], bytes, &made[at + bytes.len()..]].concat();
    says(&changed(directory + 10, &[8]), "compressed or encrypted");
    says(&changed(directory + 8, &[1]), "compressed or encrypted");
    says(&changed(directory + 20, &[0xf0, 0xff, 0xff, 0x0f, 0xf0, 0xff, 0xff, 0x0f]), "go beyond the file");
    says(&changed(directory + 20, &[0xff; 8]), "damaged");
    says(&changed(directory + 42, &[0xff, 0xff, 0xff, 0x7f]), "go beyond the file");
    says(&changed(directory + 28, &[200]), "damaged");
    says(&changed(directory, b"XX"), "damaged");
    says(&changed(0, b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff"), "goes beyond its end");
    says(&changed(made.len() - 12, &[9]), "entries in place of");
    says(&changed(45, b"Q"), "checksum");
    Ok(())
}
