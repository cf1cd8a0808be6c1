//! Verification `.bin` files that Python and numpy wrote (`verification_bins.py`), damaged ones, and our own.
use l2face_eval::{pack_bin, unpack_bin, EvalError, VerificationBin};
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verification")
}

fn png(k: usize) -> Vec<u8> {
    std::fs::read(fixtures().join(format!("{k}.png"))).expect("a fixture")
}

fn assert_is_the_set(bin: &VerificationBin, name: &str) {
    assert_eq!(bin.same(), [true, false], "{name}");
    assert_eq!(bin.images(), 4);
    for k in 0..4 {
        assert_eq!(bin.encoded(k).expect("an image").as_ref(), png(k), "{name}, image {k}");
    }
}

#[test]
fn every_form_gives_the_same_set() -> Result<(), EvalError> {
    let mut read = 0;
    for entry in std::fs::read_dir(fixtures()).expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "bin") {
            assert_is_the_set(&VerificationBin::open(&path)?, &path.display().to_string());
            read += 1;
        }
    }
    assert_eq!(read, 17);
    Ok(())
}

#[test]
fn images_are_decoded_by_index() -> Result<(), EvalError> {
    let bin = VerificationBin::open(&fixtures().join("arrays-5.bin"))?;
    for k in 0..4u8 {
        let image = bin.image(k.into())?;
        assert_eq!((image.width(), image.height()), (4, 3));
        // The formula of verification_bins.py.
        assert_eq!(image.pixel(2, 1), [40 * k + 20, 25, 60 * k]);
    }
    let error = bin.image(4).expect_err("too far").to_string();
    assert!(error.contains("arrays-5.bin: there is no image 4, only 4"), "{error}");
    Ok(())
}

#[test]
fn packed_and_unpacked() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ours.bin");
    let mut bytes = Vec::new();
    pack_bin(&mut bytes, &[true, false], |k| Ok(png(k)))?;
    std::fs::write(&path, &bytes)?;
    let bin = VerificationBin::open(&path)?;
    assert_is_the_set(&bin, "ours");
    // This layout was read with Python 3.11's `pickle.loads`, also with `encoding="bytes"`.
    assert!(bytes.starts_with(b"\x80\x03](B") && bytes.ends_with(b"e](\x88\x89e\x86."));
    let out = folder.path().join("out");
    unpack_bin(&bin, &out)?;
    assert_eq!(std::fs::read(out.join("00001_0.png"))?, png(2));
    let pairs = std::fs::read_to_string(out.join("pairs.csv"))?;
    assert_eq!(pairs, "first,second,same\n00000_0.png,00000_1.png,1\n00001_0.png,00001_1.png,0\n");
    Ok(())
}

/// A file of these bytes is refused with the words.
fn refused(bytes: &[u8], words: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.bin");
    std::fs::write(&path, bytes).expect("written");
    let error = VerificationBin::open(&path).expect_err("must be refused").to_string();
    assert!(error.contains("made.bin: ") && error.contains(words), "{words:?} is not in: {error}");
}

#[test]
fn what_is_no_verification_set_is_refused() {
    refused(b"", "truncated");
    refused(b"cos\nsystem\n(S'true'\ntR.", "os.system");
    refused(b"N.", "None in place of (images, issame)");
    refused(b"]]\x85.", "a tuple in place of (images, issame)");
    refused(b"](C\x01aC\x01be]\x86.", "2 images for 0 pairs");
    refused(b"](C\x01ae](\x88e\x86.", "1 images for 1 pairs");
    refused(b"](C\x01aC\x00e](\x88e\x86.", "image 1 (from 0) is empty");
    refused(b"](C\x01aNe](\x88e\x86.", "or None that is no encoded image");
    refused(b"](C\x01aC\x01be](K\x02e\x86.", "issame[0] is neither true nor false");
    refused(b"](C\x01aC\x01be](Ne\x86.", "issame[0] is neither");
    refused(b"](C\x01aC\x01beN\x86.", "issame is None in place of a list");
    let whole = std::fs::read(fixtures().join("arrays-5.bin")).expect("a fixture");
    refused(&whole[..whole.len() / 2], "made.bin: byte ");
    let folder = tempfile::tempdir().expect("a folder");
    assert!(VerificationBin::open(folder.path()).is_err());
    assert!(matches!(VerificationBin::open(&folder.path().join("absent.bin")), Err(EvalError::Io { .. })));
}

#[test]
fn arrays_that_are_no_vector_of_bytes_are_refused() {
    let whole = std::fs::read(fixtures().join("arrays-2.bin")).expect("a fixture");
    let with = |from: &[u8], to: &[u8]| {
        let at = whole.windows(from.len()).position(|w| w == from).expect("it is there");
        [&whole[..at], to, &whole[at + from.len()..]].concat()
    };
    let length = png(0).len() as u8;
    refused(&with(b"u1", b"f4"), "image 0 (from 0)");
    // One element more than there are bytes; a matrix.
    refused(&with(&[b'(', b'K', 1, b'K', length, 0x85], &[b'(', b'K', 1, b'K', length + 1, 0x85]), "image 0 (from 0)");
    refused(
        &with(&[b'(', b'K', 1, b'K', length, 0x85], &[b'(', b'K', 1, b'K', length, b'K', 2, 0x86]),
        "image 0 (from 0)",
    );
}

#[test]
fn changed_files_are_read_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = 1u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let seeds = ["bytes-0", "arrays-2", "arrays-5", "python2-arrays-0", "bool-array"];
    let seeds = seeds.map(|name| std::fs::read(fixtures().join(format!("{name}.bin"))).expect("a fixture"));
    let mut good = 0;
    for i in 0..3000 {
        let mut bytes = seeds[i % seeds.len()].clone();
        for _ in 0..=next(2) {
            let at = next(bytes.len());
            bytes[at] = next(256) as u8;
        }
        let path = folder.path().join(i.to_string());
        std::fs::write(&path, &bytes).expect("written");
        if let Ok(bin) = VerificationBin::open(&path) {
            (0..bin.images()).for_each(|k| drop(bin.image(k)));
            good += 1;
        }
        std::fs::remove_file(&path).expect("removed");
    }
    assert!((100..2900).contains(&good), "{good} of 3000 were read");
}
