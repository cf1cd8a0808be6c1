//! `cargo xtask bin`: there and back, nothing overwritten, and folders that mean harm.
use clap::Parser;
use l2face_eval::{pack_bin, VerificationBin};
use l2face_experiments::verification_bin::{cli::Args, run};
use l2face_image::Rgb8;
use std::fs;
use std::path::{Path, PathBuf};

fn of(words: &[&str]) -> Result<String, String> {
    let args = Args::try_parse_from([&["bin"], words].concat()).map_err(|e| e.to_string())?;
    run(&args.command).map_err(|e| l2face_experiments::message(&e))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn image(shade: u8, png: bool) -> Vec<u8> {
    let image = Rgb8::from_fn(8, 8, |x, y| [shade, x as u8, y as u8]);
    if png { image.encode_png() } else { image.encode_jpeg(90) }.expect("an image")
}

/// Three pairs, JPEG and PNG.
fn file(folder: &Path) -> (PathBuf, Vec<Vec<u8>>) {
    let images: Vec<Vec<u8>> = (0..6).map(|i| image(40 * i, i % 2 == 0)).collect();
    let (path, mut bytes) = (folder.join("set.bin"), Vec::new());
    pack_bin(&mut bytes, &[true, false, true], |i| Ok(images[i].clone())).expect("bytes");
    fs::write(&path, bytes).expect("a file");
    (path, images)
}

#[test]
fn there_and_back_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bin, images) = file(folder.path());
    let (dir, back) = (folder.path().join("set"), folder.path().join("back.bin"));
    let said = of(&["unpack", text(&bin), text(&dir)]).expect("a folder");
    assert!(said.contains("6 images of 3 pairs, 2 of one person"), "{said}");
    assert_eq!(fs::read(dir.join("00001_0.png")).expect("an image"), images[2]);
    assert_eq!(fs::read_dir(&dir).expect("a folder").count(), 7);
    let said = of(&["pack", text(&dir), text(&back)]).expect("a file");
    assert!(said.contains("6 images of 3 pairs"), "{said}");
    assert_eq!(fs::read(&back).expect("a file"), fs::read(&bin).expect("a file"), "the same file");
    let opened = VerificationBin::open(&back).expect("a set");
    assert!((0..6).all(|i| *opened.encoded(i).expect("an image") == *images[i]));
    // A file that Python 2 wrote: other bytes around them, the same images.
    let theirs =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/l2face-eval/tests/verification/python2-arrays-2.bin");
    let (dir, back) = (folder.path().join("theirs"), folder.path().join("theirs.bin"));
    of(&["unpack", text(&theirs), text(&dir)]).expect("a folder");
    of(&["pack", text(&dir), text(&back)]).expect("a file");
    let (theirs, ours) = (VerificationBin::open(&theirs).expect("a set"), VerificationBin::open(&back).expect("a set"));
    assert_eq!(theirs.same(), ours.same());
    assert!((0..theirs.images()).all(|i| theirs.encoded(i).expect("an image") == ours.encoded(i).expect("an image")));
    assert_eq!(hidden(folder.path()), 0, "nothing is left behind");
}

/// Files and folders in the making.
fn hidden(folder: &Path) -> usize {
    let names = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name());
    names.filter(|name| name.to_string_lossy().starts_with('.')).count()
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bin, _) = file(folder.path());
    let (dir, kept) = (folder.path().join("set"), folder.path().join("kept"));
    of(&["unpack", text(&bin), text(&dir)]).expect("a folder");
    for target in [&dir, &bin] {
        let error = of(&["unpack", text(&bin), text(target)]).expect_err("it exists");
        assert!(error.contains("exists: name another folder"), "{error}");
    }
    fs::write(&kept, "kept").expect("a file");
    let error = of(&["pack", text(&dir), text(&kept)]).expect_err("it exists");
    assert!(error.contains("kept exists: name another file"), "{error}");
    assert_eq!(fs::read_to_string(&kept).expect("a file"), "kept");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    of(&["unpack", text(&bin), text(&folder.path().join("empty"))]).expect("an empty folder is free");
}

#[test]
fn hostile_files_and_folders_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (evil, dir, out) = (folder.path().join("evil.bin"), folder.path().join("set"), folder.path().join("out.bin"));
    fs::write(&evil, b"cos\nsystem\n(S'true'\ntR.").expect("a file");
    assert!(of(&["unpack", text(&evil), text(&dir)]).expect_err("code").contains("os.system"));
    assert!(!dir.exists() && hidden(folder.path()) == 0);

    fs::create_dir(&dir).expect("a folder");
    fs::write(folder.path().join("secret.jpg"), image(1, false)).expect("a file");
    fs::write(dir.join("a.jpg"), image(2, false)).expect("a file");
    fs::write(dir.join("text.jpg"), "no image").expect("a file");
    fs::write(dir.join("empty.jpg"), "").expect("a file");
    fs::create_dir(dir.join("sub.jpg")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.jpg", dir.join("link.jpg")).expect("a link");
    let refused = |rows: &str, parts: &[&str]| {
        fs::write(dir.join("pairs.csv"), format!("first,second,same\n{rows}")).expect("a list");
        let error = of(&["pack", text(&dir), text(&out)]).expect_err("must be refused");
        for part in parts {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
        assert!(!out.exists() && hidden(folder.path()) == 0, "nothing is left behind");
    };
    refused("a.jpg,../secret.jpg,1\n", &["pairs.csv:2", "second is \"../secret.jpg\"", "inside the folder"]);
    refused("/etc/hostname,a.jpg,1\n", &["pairs.csv:2", "first is \"/etc/hostname\""]);
    refused("a.jpg,a.jpg,1\n..,a.jpg,1\n", &["pairs.csv:3", "first is \"..\""]);
    #[cfg(unix)]
    refused("a.jpg,link.jpg,1\n", &["pairs.csv:2", "link.jpg: it is no regular file"]);
    refused("a.jpg,sub.jpg,1\n", &["pairs.csv:2", "sub.jpg: it is no regular file"]);
    refused("a.jpg,absent.jpg,1\n", &["pairs.csv:2", "absent.jpg"]);
    refused("a.jpg,text.jpg,1\n", &["pairs.csv:2", "text.jpg: it is neither JPEG nor PNG"]);
    refused("a.jpg,empty.jpg,1\n", &["pairs.csv:2", "empty.jpg: it is neither JPEG nor PNG"]);
    refused("a.jpg,a.jpg,yes\n", &["pairs.csv:2", "same is \"yes\", expected 1 or 0"]);
    refused("a.jpg,a.jpg\n", &["pairs.csv:2"]);
    refused("", &["pairs.csv has no rows"]);
    fs::write(dir.join("pairs.csv"), "first,second\na.jpg,a.jpg\n").expect("a list");
    assert!(of(&["pack", text(&dir), text(&out)]).expect_err("a column").contains("column same is missing"));
    fs::remove_file(dir.join("pairs.csv")).expect("it was there");
    assert!(of(&["pack", text(&dir), text(&out)]).expect_err("no list").contains("pairs.csv is missing"));
}
