//! Every bad input gives one clear error that names the place and the way out, a code other than 0, and nothing half-written.

mod common;

use common::{program, run, stderr, tiny};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A small valid release and training folder, made once.
fn release() -> &'static Path {
    static RELEASE: OnceLock<tempfile::TempDir> = OnceLock::new();
    RELEASE
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let output = run(folder.path(), &folder.path().join("out"), &[]);
            assert!(output.status.success(), "{}", stderr(&output));
            fs::rename(folder.path().join("out/generated-seed1/ijba"), folder.path().join("ijba")).unwrap();
            training_folder(folder.path());
            folder
        })
        .path()
}

/// Twelve "people" of two photographs each, out of the release's own stills.
fn training_folder(root: &Path) {
    let mut stills: Vec<PathBuf> = fs::read_dir(root.join("ijba/img")).unwrap().map(|e| e.unwrap().path()).collect();
    stills.sort();
    for (i, pair) in stills.chunks_exact(2).take(12).enumerate() {
        let person = root.join(format!("train/person-{i:02}"));
        fs::create_dir_all(&person).unwrap();
        for (j, file) in pair.iter().enumerate() {
            fs::copy(file, person.join(format!("{j}.png"))).unwrap();
        }
    }
}

/// A private copy of the release to damage.
fn copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_tree(&release().join("ijba"), &copy.path().join("ijba"));
    copy_tree(&release().join("train"), &copy.path().join("train"));
    copy
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|e| e.unwrap()) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_tree(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Runs on the damaged copy and returns its one error line.
fn error_of(copy: &Path, more: &[&str]) -> String {
    let out = copy.join("out");
    let mut command = program();
    command.arg("--config").arg(tiny(copy)).args(["--set", "train.batch=4"]).arg("--out").arg(&out);
    command.arg("--ijba").arg(copy.join("ijba")).arg("--train").arg(copy.join("train")).args(more);
    let output = command.output().unwrap();
    assert!(!output.status.success(), "it should have failed");
    assert!(output.stdout.is_empty(), "nothing goes to stdout on failure");
    assert!(!out.exists(), "nothing is left of a run that never began to train");
    let said = stderr(&output);
    let errors: Vec<&str> = said.lines().filter(|l| l.starts_with("error")).collect();
    assert_eq!(errors.len(), 1, "one error: {said}");
    errors[0].to_string()
}

fn edit(path: &Path, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, change(&text)).unwrap();
}

#[track_caller]
fn says(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{part:?} is missing in: {error}");
    }
}

#[test]
fn the_undamaged_copy_runs() {
    let copy = copy();
    let out = copy.path().join("out");
    let mut command = program();
    command.arg("--config").arg(tiny(copy.path())).args(["--set", "train.batch=4"]).arg("--out").arg(&out);
    command.arg("--ijba").arg(copy.path().join("ijba")).arg("--train").arg(copy.path().join("train"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_missing_split_file() {
    let copy = copy();
    fs::remove_file(copy.path().join("ijba/IJB-A_11_sets/split3/verify_metadata_3.csv")).unwrap();
    says(&error_of(copy.path(), &[]), &["split3", "verify_metadata_3.csv"]);
}

#[test]
fn a_missing_column() {
    let copy = copy();
    let file = copy.path().join("ijba/IJB-A_11_sets/split2/verify_metadata_2.csv");
    edit(&file, |t| t.replacen("MEDIA_ID", "MEDIUM", 1));
    says(&error_of(copy.path(), &[]), &["verify_metadata_2.csv", "MEDIA_ID"]);
}

#[test]
fn an_id_that_is_no_number() {
    let copy = copy();
    let file = copy.path().join("ijba/IJB-A_1N_sets/split1/search_probe_1.csv");
    edit(&file, |t| {
        let mut lines: Vec<String> = t.lines().map(String::from).collect();
        lines[2] = format!("x{}", lines[2]);
        lines.join("\n") + "\n"
    });
    says(&error_of(copy.path(), &[]), &["search_probe_1.csv:3", "TEMPLATE_ID"]);
}

#[test]
fn a_comparison_with_an_unknown_template() {
    let copy = copy();
    let file = copy.path().join("ijba/IJB-A_11_sets/split1/verify_comparisons_1.csv");
    edit(&file, |t| format!("987654321,1\n{t}"));
    says(&error_of(copy.path(), &[]), &["verify_comparisons_1.csv:1", "987654321"]);
}

/// A JPEG that ends in the middle, for training.
#[test]
fn a_truncated_training_photograph() {
    let copy = copy();
    let bytes = l2face_image::Rgb8::new(40, 40, vec![90; 4800]).unwrap().encode_jpeg(90).unwrap();
    fs::write(copy.path().join("train/person-03/2.jpg"), &bytes[..bytes.len() / 2]).unwrap();
    says(&error_of(copy.path(), &[]), &["person-03", "2.jpg"]);
}

/// The same in the protocol: the line that names the photograph is named too.
#[test]
fn a_truncated_test_photograph() {
    let copy = copy();
    let mut images: Vec<_> = fs::read_dir(copy.path().join("ijba/img")).unwrap().map(|e| e.unwrap().path()).collect();
    images.sort();
    let bytes = fs::read(&images[0]).unwrap();
    fs::write(&images[0], &bytes[..bytes.len() / 2]).unwrap();
    let name = images[0].file_name().unwrap().to_string_lossy().into_owned();
    says(&error_of(copy.path(), &[]), &[&name, ".csv:"]);
}

/// A run that failed before it began leaves nothing, and the corrected command may use the same folder.
#[test]
fn a_corrected_command_may_use_the_same_folder() {
    let copy = copy();
    let file = copy.path().join("ijba/IJB-A_11_sets/split3/verify_metadata_3.csv");
    let text = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    error_of(copy.path(), &[]);
    assert!(!copy.path().join("out").exists());
    fs::write(&file, text).unwrap();
    let missing = copy.path().join("nowhere.csv");
    says(&error_of(copy.path(), &["--landmarks", missing.to_str().unwrap()]), &["nowhere.csv"]);
    assert!(!copy.path().join("out").exists());
}

/// Going on with other photographs than before would mix the two: refused.
#[test]
fn changed_inputs_are_refused() {
    let copy = copy();
    let out = copy.path().join("out");
    let mut command = program();
    command.arg("--config").arg(tiny(copy.path())).args(["--set", "train.batch=4"]).arg("--out").arg(&out);
    command.arg("--ijba").arg(copy.path().join("ijba")).arg("--train").arg(copy.path().join("train"));
    assert!(command.output().unwrap().status.success());
    let mut refused = |what: &str| {
        let output = command.output().unwrap();
        assert!(!output.status.success(), "{what}");
        says(&stderr(&output), &["inputs", "--out"]);
    };
    // Another picture of the same size in bytes.
    let file = copy.path().join("train/person-00/0.png");
    let before = fs::read(&file).unwrap();
    let mut after = before.clone();
    let middle = after.len() / 2;
    after[middle] ^= 1;
    fs::write(&file, after).unwrap();
    refused("another picture");
    fs::write(&file, before).unwrap();
    fs::copy(copy.path().join("train/person-01/0.png"), copy.path().join("train/person-00/9.png")).unwrap();
    refused("one more picture");
}

#[test]
fn a_person_with_an_empty_folder() {
    let copy = copy();
    fs::create_dir(copy.path().join("train/person-77")).unwrap();
    says(&error_of(copy.path(), &[]), &["person-77", "remove the folder"]);
}

#[test]
fn training_photographs_that_are_no_folder() {
    let copy = copy();
    fs::remove_dir_all(copy.path().join("train")).unwrap();
    let error = error_of(copy.path(), &[]);
    says(&error, &["--train", "one folder of photographs per person"]);
    fs::write(copy.path().join("train"), "a file").unwrap();
    says(&error_of(copy.path(), &[]), &["--train", "one folder of photographs per person"]);
}

/// What stands in a configuration file is not lost when the folders are named on the command line.
#[test]
fn a_training_list_of_the_configuration() {
    let copy = copy();
    let list = copy.path().join("list.txt");
    fs::write(&list, "person-00\nperson-99\n").unwrap();
    let set = format!("data.train_list={}", list.display());
    says(&error_of(copy.path(), &["--set", &set]), &["list.txt:2", "person-99"]);
}

/// `--tune`, then the run itself, under the same `--out` parent and with the default names.
#[test]
fn tuning_does_not_stand_in_the_way_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let config = tiny(folder.path());
    for more in [
        &["--tune", "--set", "tune.grid=[0.05]", "--set", "tune.holdout=0.5", "--rows", "softmax"][..],
        &["--set", "tune.grid=[0.05]", "--set", "tune.holdout=0.5", "--rows", "softmax"],
    ] {
        let mut command = program();
        let output = command.current_dir(folder.path()).arg("--config").arg(&config).args(more).output().unwrap();
        assert!(output.status.success(), "{more:?}: {}", stderr(&output));
    }
    let tuned = fs::read_dir(folder.path().join("runs")).unwrap().map(|e| e.unwrap().path());
    let tuned: Vec<PathBuf> = tuned.filter(|path| path.to_string_lossy().ends_with("-tune")).collect();
    let results: serde_json::Value = serde_json::from_slice(&fs::read(tuned[0].join("results.json")).unwrap()).unwrap();
    assert_eq!((&results["schema"], &results["cells"][0]["chosen"]), (&"l2face-tune/1".into(), &true.into()));
    assert!(tuned[0].join("report.md").exists() && tuned[0].join("report.html").exists());
}

#[test]
fn an_absent_image() {
    let copy = copy();
    let mut images: Vec<_> = fs::read_dir(copy.path().join("ijba/img")).unwrap().map(|e| e.unwrap().path()).collect();
    images.sort();
    fs::remove_file(&images[0]).unwrap();
    let name = images[0].file_name().unwrap().to_string_lossy().into_owned();
    says(&error_of(copy.path(), &[]), &[&name, ".csv:"]);
}

#[test]
fn an_empty_training_list() {
    let copy = copy();
    let list = copy.path().join("list.txt");
    fs::write(&list, "# nobody\n").unwrap();
    says(
        &error_of(copy.path(), &["--train-list", list.to_str().unwrap()]),
        &["list.txt", "names no person", "one folder name a line"],
    );
}

#[test]
fn a_listed_person_who_is_not_there() {
    let copy = copy();
    let list = copy.path().join("list.txt");
    fs::write(&list, "person-00\nperson-99\n").unwrap();
    says(&error_of(copy.path(), &["--train-list", list.to_str().unwrap()]), &["list.txt:2", "person-99"]);
}

#[test]
fn a_listed_person_with_no_image() {
    let copy = copy();
    for j in ["0.png", "1.png"] {
        fs::remove_file(copy.path().join("train/person-05").join(j)).unwrap();
    }
    let list = copy.path().join("list.txt");
    fs::write(&list, "person-04\nperson-05\n").unwrap();
    says(&error_of(copy.path(), &["--train-list", list.to_str().unwrap()]), &["list.txt:2", "person-05"]);
}

/// Landmarks are given, but none for this person's photographs.
#[test]
fn a_person_with_no_usable_image() {
    let copy = copy();
    let landmarks = copy.path().join("landmarks.csv");
    let columns = "file,det_score,x,y,w,h,right_eye_x,right_eye_y,left_eye_x,left_eye_y,nose_x,nose_y,right_mouth_x,right_mouth_y,left_mouth_x,left_mouth_y";
    let mut rows = vec![columns.to_string()];
    for i in (0..12).filter(|i| *i != 5) {
        for j in 0..2 {
            rows.push(format!("person-{i:02}/{j}.png,1,8,8,30,34,17,20,31,20,24,27,19,34,29,34"));
        }
    }
    fs::write(&landmarks, rows.join("\n") + "\n").unwrap();
    let error = error_of(copy.path(), &["--landmarks", landmarks.to_str().unwrap()]);
    says(&error, &["person-05", "no usable image", "--train-list"]);
}

#[test]
fn an_out_folder_that_cannot_be_written() {
    let copy = copy();
    fs::write(copy.path().join("out"), "a file").unwrap();
    let output = run(copy.path(), &copy.path().join("out"), &[]);
    assert!(!output.status.success());
    says(&stderr(&output), &["error: ", copy.path().join("out").to_str().unwrap()]);
}

/// A limit on the size of files stands for a full disk: the write fails in the middle.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let config = tiny(folder.path());
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_ijba"), "--config"]).arg(config).arg("--out").arg(&out);
    let output = command.output().unwrap();
    assert!(!output.status.success());
    says(&stderr(&output), &["error: ", "out/", "File too large"]);
    assert!(!out.join("results.json").exists());
    // With room again, the same command ends well.
    assert!(run(folder.path(), &out, &[]).status.success());
}

#[test]
fn an_out_folder_of_another_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    assert!(run(folder.path(), &out, &[]).status.success());
    let before = fs::read(out.join("results.json")).unwrap();
    let output = run(folder.path(), &out, &["--set", "train.epochs=5"]);
    assert!(!output.status.success());
    says(&stderr(&output), &["train.epochs", "--out"]);
    assert!(fs::read(out.join("results.json")).unwrap() == before);
}

#[test]
fn a_device_that_this_build_lacks() {
    if cfg!(feature = "cuda") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &folder.path().join("out"), &["--device", "cuda:0"]);
    assert!(!output.status.success());
    says(&stderr(&output), &["cuda:0", "--features cuda"]);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn settings_that_do_not_exist() {
    let folder = tempfile::tempdir().unwrap();
    for (set, part) in [
        ("train.epoch=5", "epoch"),
        ("train.epochs=many", "epochs"),
        ("epochs", "KEY=VALUE"),
        ("train.checkpoint_seconds=-1", "checkpoint_seconds"),
        ("train.warmup=2", "warmup"),
        ("train.weight_decay=-1", "weight_decay"),
        ("train.gamma=0", "gamma"),
        ("data.world.splits=3", "splits"),
        ("seeds=[1, 1]", "a seed is named twice"),
        ("rows=[\"l2:8\", \"l2:8.0\"]", "a row is named twice"),
        ("model.stages=[{ convs = [4], units = 9, pool = \"none\" }, { convs = [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], units = 0, pool = \"none\" }]", "larger image"),
    ] {
        let output = run(folder.path(), &folder.path().join("out"), &["--set", set]);
        assert!(!output.status.success(), "--set {set}");
        says(&stderr(&output), &[part]);
    }
    let output = run(folder.path(), &folder.path().join("out"), &["--rows", "softmax,l2:-3"]);
    assert!(!output.status.success());
    says(&stderr(&output), &["l2:-3"]);
}
