//! Every way a folder can be wrong ends in one error that names file and line and says what to do.
mod common;

use std::fs;
use std::path::{Path, PathBuf};

use l2face_eval::{EvalError, IjbA};
use tempfile::TempDir;

const METADATA: &str = "IJB-A_11_sets/split2/verify_metadata_2.csv";
const PAIRS: &str = "IJB-A_11_sets/split2/verify_comparisons_2.csv";

fn tiny() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    dir
}

fn edit(root: &Path, file: &str, change: impl Fn(String) -> String) {
    let path = root.join(file);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

/// Rewrites line `line` (from 1).
fn edit_line(root: &Path, file: &str, line: usize, change: impl Fn(&str) -> String) {
    let swap = |(i, l): (usize, &str)| {
        if i + 1 == line {
            change(l)
        } else {
            l.to_owned()
        }
    };
    edit(root, file, |text| text.lines().enumerate().map(swap).collect::<Vec<_>>().join("\n") + "\n");
}

/// Sets field `column` of a line.
fn set_field(root: &Path, file: &str, line: usize, column: usize, value: &str) {
    edit_line(root, file, line, |l| {
        let mut fields: Vec<&str> = l.split(',').collect();
        fields[column] = value;
        fields.join(",")
    });
}

fn error(root: &Path) -> String {
    IjbA::load(root).unwrap_err().to_string()
}

fn assert_names(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} not in: {message}");
    }
}

#[test]
fn missing_folders_and_files() {
    let dir = tiny();
    let root = dir.path();
    assert_names(&error(&root.join("nowhere")), &["nowhere is missing", "IJB-A_11_sets/splitN"]);
    fs::remove_file(root.join("IJB-A_1N_sets/split3/search_probe_3.csv")).unwrap();
    assert_names(&error(root), &["split3/search_probe_3.csv is missing", "as IJB-A is released"]);
    fs::remove_dir_all(root.join("IJB-A_1N_sets/split2")).unwrap();
    assert_names(&error(root), &["IJB-A_1N_sets/split2 is missing"]);
    fs::remove_dir_all(root.join("IJB-A_11_sets")).unwrap();
    let message = error(root);
    assert_names(&message, &["IJB-A_11_sets is missing"]);
}

#[test]
fn missing_column() {
    let dir = tiny();
    edit(dir.path(), METADATA, |t| t.replace("MEDIA_ID", "MEDIUM"));
    assert_names(
        &error(dir.path()),
        &["verify_metadata_2.csv:1: column MEDIA_ID is missing", "MEDIUM", "add or rename"],
    );
}

#[test]
fn columns_are_found_by_name() {
    let dir = tiny();
    let before = IjbA::load(dir.path()).unwrap();
    // a byte order mark, lower case and the last column first
    edit(dir.path(), METADATA, |text| {
        let turn = |l: &str| l.rsplit_once(',').map(|(head, last)| format!("{last},{head}")).unwrap();
        let text = text.replace(common::HEADER, &common::HEADER.to_lowercase());
        "\u{feff}".to_owned() + &text.lines().map(turn).collect::<Vec<_>>().join("\r\n")
    });
    let after = IjbA::load(dir.path()).unwrap();
    for (a, b) in after.faces.iter().zip(&before.faces) {
        assert_eq!(a, b);
    }
    assert!(after == before);
}

#[test]
fn not_a_number() {
    for (column, value, parts) in [
        (0, "x7", ["TEMPLATE_ID is \"x7\"", "a whole number"]),
        (1, "", ["SUBJECT_ID is \"\"", "a whole number"]),
        (3, "-1", ["MEDIA_ID is \"-1\"", "a whole number"]),
        (6, "left", ["FACE_X is \"left\"", "a finite number or nothing"]),
        (14, "NaN", ["NOSE_BASE_X is \"NaN\"", "a finite number or nothing"]),
    ] {
        let dir = tiny();
        set_field(dir.path(), METADATA, 4, column, value);
        let message = error(dir.path());
        assert_names(&message, &parts);
        assert_names(&message, &["verify_metadata_2.csv:4: ", "correct that field"]);
    }
}

#[test]
fn wrong_comparisons() {
    let dir = tiny();
    edit_line(dir.path(), PAIRS, 3, |_| "2000,99999".into());
    assert_names(
        &error(dir.path()),
        &["verify_comparisons_2.csv:3: template 99999 is not in", "verify_metadata_2.csv"],
    );
    edit_line(dir.path(), PAIRS, 3, |_| "2000,two".into());
    assert_names(&error(dir.path()), &["verify_comparisons_2.csv:3: second template is \"two\""]);
    edit_line(dir.path(), PAIRS, 3, |_| "2000".into());
    assert_names(&error(dir.path()), &["verify_comparisons_2.csv:3: 1 fields, expected 2"]);
    edit(dir.path(), PAIRS, |t| t.lines().map(|_| "2000,2001,1\n").collect());
    assert_names(&error(dir.path()), &["verify_comparisons_2.csv:1: 3 fields, expected 2"]);
}

#[test]
fn a_template_is_not_compared_with_itself() {
    let dir = tiny();
    edit_line(dir.path(), PAIRS, 3, |_| "2001,2001".into());
    assert_names(
        &error(dir.path()),
        &["verify_comparisons_2.csv:3: template 2001 is compared with itself", "fix that row"],
    );
}

#[test]
fn what_repeats_is_counted() {
    let dir = tiny();
    let before = IjbA::load(dir.path()).unwrap();
    assert_eq!((before.repeated_rows, before.repeated_pairs, before.counts().warnings()), (0, 0, vec![]));
    let turned = |line: &str| line.split_once(',').map(|(a, b)| format!("{b},{a}\n")).unwrap();
    edit(dir.path(), PAIRS, |t| t.clone() + t.lines().nth(3).unwrap() + "\n" + &turned(t.lines().nth(5).unwrap()));
    edit(dir.path(), METADATA, |t| t.clone() + t.lines().last().unwrap() + "\n");
    let after = IjbA::load(dir.path()).unwrap();
    assert_eq!((after.repeated_rows, after.repeated_pairs), (1, 2));
    assert_eq!(after.splits[1].verify.pairs.len(), before.splits[1].verify.pairs.len() + 2, "they count");
    let count = "they count as often as they are written";
    let said = [
        format!("1 rows that repeat a face of their medium: {count}"),
        format!("2 comparisons that repeat another: {count}"),
    ];
    assert_eq!(after.counts().warnings(), said);
}

#[test]
fn line_numbers_hold_with_crlf_and_blank_lines() {
    let dir = tiny();
    edit_line(dir.path(), PAIRS, 3, |_| "\n\n2000,99999".into());
    assert_names(&error(dir.path()), &["verify_comparisons_2.csv:5: template 99999"]);
    edit(dir.path(), PAIRS, |t| t.replace('\n', "\r\n"));
    assert_names(&error(dir.path()), &["verify_comparisons_2.csv:5: template 99999"]);
    edit_line(dir.path(), METADATA, 5, |l| l[..9].into());
    edit(dir.path(), METADATA, |t| t.replace('\n', "\r\n"));
    assert_names(&error(dir.path()), &["verify_metadata_2.csv:5: "]);
}

#[test]
fn two_subjects_in_one_template() {
    let dir = tiny();
    // line 2 is a row of template 2000; line 3 joins it under another subject
    set_field(dir.path(), METADATA, 3, 0, "2000");
    set_field(dir.path(), METADATA, 3, 1, "7");
    let message = error(dir.path());
    assert_names(
        &message,
        &["verify_metadata_2.csv:3: template 2000 belongs to subject 7 here but to subject 102 before"],
    );
}

#[test]
fn empty_files() {
    let dir = tiny();
    edit(dir.path(), METADATA, |_| common::HEADER.into());
    assert_names(&error(dir.path()), &["verify_metadata_2.csv has no rows"]);
    edit(dir.path(), METADATA, |_| String::new());
    assert_names(&error(dir.path()), &["verify_metadata_2.csv has no rows"]);
    let dir = tiny();
    edit(dir.path(), PAIRS, |_| "\n".into());
    assert_names(&error(dir.path()), &["verify_comparisons_2.csv has no rows"]);
}

#[test]
fn broken_rows() {
    let dir = tiny();
    edit_line(dir.path(), METADATA, 5, |l| l[..9].into());
    assert_names(&error(dir.path()), &["verify_metadata_2.csv:5: ", "fields, expected 25"]);
    let mut bytes = common::HEADER.as_bytes().to_vec();
    bytes.extend(b"1,1,img/\xff.jpg,1,1,,,,,,,,,,,,,,,,,,,,\n");
    fs::write(dir.path().join(METADATA), bytes).unwrap();
    assert_names(&error(dir.path()), &["verify_metadata_2.csv:2: not UTF-8 text"]);
    fs::remove_file(dir.path().join(METADATA)).unwrap();
    fs::create_dir(dir.path().join(METADATA)).unwrap();
    assert_names(&error(dir.path()), &["verify_metadata_2.csv cannot be read"]);
}

#[test]
fn paths_stay_inside_the_folder() {
    for file in ["../secret.jpg", "img/../../secret.jpg", "/etc/secret.jpg", ""] {
        let dir = tiny();
        set_field(dir.path(), METADATA, 2, 2, file);
        let message = error(dir.path());
        assert_names(&message, &["verify_metadata_2.csv:2: FILE is", "inside the folder"]);
    }
}

fn write_images(protocol: &IjbA, root: &Path) {
    for face in &protocol.faces {
        let path = root.join(&face.file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"").unwrap();
    }
}

#[test]
fn absent_images_are_counted_and_named() {
    let dir = tiny();
    let protocol = IjbA::load(dir.path()).unwrap();
    let Err(EvalError::MissingImages { count, total, .. }) = protocol.check_images() else {
        panic!("images are absent")
    };
    assert_eq!(count, total);
    write_images(&protocol, dir.path());
    let protocol = IjbA::load(dir.path()).unwrap();
    protocol.check_images().unwrap();
    let face = &protocol.faces[5];
    fs::remove_file(&face.path).unwrap();
    let message = protocol.check_images().unwrap_err().to_string();
    assert_names(
        &message,
        &[&format!("1 of {total} images are absent"), &face.file, &face.at, "copy the release's img/"],
    );
}

#[test]
fn frames_folder_and_extension_case_are_found() {
    let dir = tiny();
    let root = dir.path();
    write_images(&IjbA::load(root).unwrap(), root);
    fs::rename(root.join("frame"), root.join("frames")).unwrap();
    let stills: Vec<PathBuf> = fs::read_dir(root.join("img")).unwrap().map(|e| e.unwrap().path()).collect();
    for path in stills {
        fs::rename(&path, path.with_extension("JPG")).unwrap();
    }
    let protocol = IjbA::load(root).unwrap();
    protocol.check_images().unwrap();
    let named = |start: &str| protocol.faces.iter().find(|f| f.file.starts_with(start)).unwrap();
    assert!(named("frame/").path.starts_with(root.join("frames")));
    assert_eq!(named("img/").path.extension().unwrap(), "JPG");
    // the exact name wins where both are there
    fs::write(root.join(&named("img/").file), b"").unwrap();
    let again = IjbA::load(root).unwrap();
    let face = again.faces.iter().find(|f| f.file.starts_with("img/")).unwrap();
    assert_eq!(face.path, root.join(&face.file));
}
