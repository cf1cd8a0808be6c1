//! Scanning folders of people.

use std::fs;
use std::path::{Path, PathBuf};

use l2face_data::{DataError, Dataset, ImageFolder, Records};
use l2face_image::Rgb8;
use tempfile::TempDir;

fn image(grey: u8) -> Rgb8 {
    Rgb8::new(4, 3, vec![grey; 36]).unwrap()
}

/// Two people with images, and what must be passed over.
fn people() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (file, grey) in [
        ("bob/2.JPG", 10u8),
        ("bob/10.png", 20),
        ("Zoe/a.jpeg", 30),
        ("bob/.hidden.png", 40),
        (".cache/x.png", 50),
        ("bob/deeper/y.png", 70),
        ("loose.png", 80),
    ] {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, image(grey).encode_png().unwrap()).unwrap();
    }
    fs::create_dir(dir.path().join("bob/folder.png")).unwrap();
    dir
}

fn list(dir: &TempDir, text: &str) -> PathBuf {
    let path = dir.path().join("list.txt");
    fs::write(&path, text).unwrap();
    path
}

fn rels(records: &Records) -> Vec<(&str, u32)> {
    records.items.iter().map(|r| (r.rel.as_str(), r.label)).collect()
}

#[test]
fn byte_order_labels_and_what_is_passed_over() {
    let dir = people();
    let records = Records::scan(dir.path(), None).unwrap();
    assert_eq!(records.class_names, ["Zoe", "bob"]);
    assert_eq!(rels(&records), [("Zoe/a.jpeg", 0), ("bob/10.png", 1), ("bob/2.JPG", 1)]);
    assert_eq!(records.items[1].path, dir.path().join("bob/10.png"));
    let json = serde_json::to_string(&records).unwrap();
    assert_eq!(serde_json::from_str::<Records>(&json).unwrap(), records);
}

#[test]
fn a_person_without_an_image_is_named() {
    let dir = people();
    fs::create_dir(dir.path().join("empty")).unwrap();
    let error = Records::scan(dir.path(), None).unwrap_err().to_string();
    assert!(error.contains("empty: no .jpg, .jpeg or .png"), "{error}");
}

#[test]
fn a_list_restricts_the_people_and_its_order_does_not_matter() {
    let dir = people();
    let records = |text| Records::scan(dir.path(), Some(&list(&dir, text))).unwrap();
    assert_eq!(records("# only\n\nbob\t99\n").class_names, ["bob"]);
    assert_eq!(rels(&records("bob\n")), [("bob/10.png", 0), ("bob/2.JPG", 0)]);
    assert_eq!(records("bob\nZoe\n"), Records::scan(dir.path(), None).unwrap());
}

#[test]
fn listed_people_must_be_there_with_images() {
    let dir = people();
    let refused = |text| {
        let error = Records::scan(dir.path(), Some(&list(&dir, text))).unwrap_err();
        assert!(matches!(error, DataError::List { .. } | DataError::Nothing { .. }));
        error.to_string()
    };
    assert!(refused("bob\n\nAda\n").contains("list.txt:3: there is no folder "));
    assert!(refused("loose.png\n").contains("list.txt:1: there is no folder "));
    fs::create_dir(dir.path().join("empty")).unwrap();
    assert!(refused("bob\nempty\n").contains("list.txt:2: "));
    assert!(refused("bob\nempty\n").contains("holds no .jpg, .jpeg or .png"));
    assert!(refused("# nobody\n").contains("list.txt: names no person"));
}

#[test]
fn nothing_to_train_on_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let message = Records::scan(dir.path(), None).unwrap_err().to_string();
    assert!(message.contains("no image of any person"), "{message}");
    let absent = dir.path().join("absent");
    let message = Records::scan(&absent, None).unwrap_err().to_string();
    assert!(message.starts_with(&format!("{}: ", absent.display())), "{message}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_names_must_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let dir = people();
    std::os::unix::fs::symlink(dir.path().join("bob"), dir.path().join("rob")).unwrap();
    assert_eq!(Records::scan(dir.path(), None).unwrap().class_names, ["Zoe", "bob", "rob"]);
    let odd = dir.path().join(Path::new(std::ffi::OsStr::from_bytes(b"bob/\xff.png")));
    if fs::write(&odd, b"").is_ok() {
        let message = Records::scan(dir.path(), None).unwrap_err().to_string();
        assert!(message.contains("not UTF-8; rename it"), "{message}");
    }
}

#[test]
fn images_are_decoded_and_cropped_and_bad_ones_named() {
    let dir = people();
    let folder = ImageFolder::open(dir.path(), None).unwrap();
    assert_eq!((folder.len(), folder.classes(), folder.is_empty()), (3, 2, false));
    assert_eq!(folder.get(0).unwrap(), image(30));
    assert_eq!((folder.label(2), folder.id(2).as_str()), (1, "bob/2.JPG"));

    let cropped = ImageFolder::new(folder.records().clone()).with_crop(|record, image| match record.label {
        0 => Ok(image.resized(2, 2)),
        _ => Err(DataError::item(&record.rel, "no face")),
    });
    assert_eq!(cropped.get(0).unwrap().width(), 2);
    assert_eq!(cropped.get(1).unwrap_err().to_string(), "bob/10.png: no face");

    fs::write(dir.path().join("Zoe/a.jpeg"), b"not an image").unwrap();
    assert!(folder.get(0).unwrap_err().to_string().contains("a.jpeg"));
}
