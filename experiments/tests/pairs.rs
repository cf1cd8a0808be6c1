//! `reproduce lfw` and `reproduce ytf` on the smallest world that still has every part, and on a made-up LFW.

mod common;
#[path = "common/detector.rs"]
mod detector;

use common::{kill_when, program_of, read, stderr, tiny};
use l2face_image::Rgb8;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn command(experiment: &str, folder: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = program_of(experiment);
    command
        .arg("--config")
        .arg(tiny(folder))
        .args(["--set", "data.world.impostors=6"])
        .arg("--out")
        .arg(out)
        .args(more);
    command
}

fn run(experiment: &str, folder: &Path, out: &Path, more: &[&str]) -> Output {
    command(experiment, folder, out, more).output().expect("the program starts")
}

fn results(out: &Path) -> Value {
    serde_json::from_slice(&read(out, "results.json")).expect("JSON")
}

#[test]
fn generated_faces_go_from_nothing_to_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    for (experiment, templates, list) in [("lfw", "photograph", "pairs.txt"), ("ytf", "video", "splits.txt")] {
        let out = folder.path().join(experiment);
        let output = run(experiment, folder.path(), &out, &["--json", "--seeds", "1,2"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(output.stdout, read(&out, "results.json"), "--json prints the file");
        let results = results(&out);
        assert_eq!((&results["schema"], &results["experiment"]), (&"l2face-pairs/1".into(), &experiment.into()));
        assert_eq!(results["list"]["file"], list, "no folder of --out in the results");
        for row in results["rows"].as_array().expect("rows") {
            let [low, mean, high] =
                [&row["accuracy_interval"][0], &row["accuracy"]["mean"], &row["accuracy_interval"][1]]
                    .map(|v| v.as_f64().expect("a number"));
            assert!(low < mean && mean < high && low > 25. && high <= 100., "{low} {mean} {high}");
            assert_eq!(row["per_seed"].as_array().expect("seeds").len(), 2);
            let seed = &row["per_seed"][1];
            let [low, high] = [0, 1].map(|end| row["tar"][0]["by_identity"][end].as_f64().expect("an end"));
            assert!(0. <= low && low < high && high <= 1., "by identity: {low} to {high}");
            assert_eq!(seed["accuracy"]["folds"].as_array().expect("folds").len(), 10);
            let pairs = seed["accuracy"]["pairs"].as_u64().expect("pairs");
            assert_eq!(seed["rates"]["genuine"].as_u64().expect("pairs") * 2, pairs, "as many of each kind");
        }
        let page = String::from_utf8(read(&out, "report.md")).expect("UTF-8");
        for part in
            ["on generated faces", "cannot be compared", templates, "95 % interval", "(recalled)", "plots/roc.svg"]
        {
            assert!(page.contains(part), "{part} is not in:\n{page}");
        }
        let html = String::from_utf8(read(&out, "report.html")).expect("UTF-8");
        assert_eq!(html.matches("<svg").count(), 2, "ROC and loss");
        let again = run(experiment, folder.path(), &out, &["--seeds", "1,2"]);
        assert!(stderr(&again).contains("already complete") && again.status.success());
        assert!(String::from_utf8_lossy(&again.stdout).contains("accuracy %"), "the table without --json");
    }
}

#[test]
fn killed_anywhere_it_ends_with_the_same_results() {
    let folder = tempfile::tempdir().expect("a folder");
    for experiment in ["lfw", "ytf"] {
        let whole = folder.path().join(format!("{experiment}-whole"));
        assert!(run(experiment, folder.path(), &whole, &[]).status.success());
        let moments = [
            ("rendering", format!("generated-seed1/{experiment}/world.unfinished.json")),
            ("training", "rows/softmax-seed1/checkpoint.safetensors".into()),
            ("evaluated", "rows/l2-8-seed1/row.json".into()),
            ("report", "plots".into()),
        ];
        for (name, file) in moments {
            let out = folder.path().join(format!("{experiment}-{name}"));
            kill_when(&out.join(file), command(experiment, folder.path(), &out, &[]));
            let output = run(experiment, folder.path(), &out, &[]);
            assert!(output.status.success(), "{experiment}, {name}: {}", stderr(&output));
            assert!(read(&out, "results.json") == read(&whole, "results.json"), "{experiment}, after a kill in {name}");
            assert!(read(&out, "report.html") == read(&whole, "report.html"), "{experiment}, after a kill in {name}");
        }
    }
}

/// Twelve people of three photographs for training, twelve others in LFW's layout: ten folds of one pair of each kind.
fn real(folder: &Path) -> (PathBuf, PathBuf) {
    let (lfw, train) = (folder.join("lfw"), folder.join("train"));
    let photo = |person: usize, number: usize| {
        let channel = |c: usize| (((person * 83 + c * 57) * (c + 1)) % 200 + 28 + number) as u8;
        let pixel = |x: usize, y: usize| [0, 1, 2].map(|c| channel(c).wrapping_add(((x + y) % 3) as u8));
        Rgb8::from_fn(28, 28, pixel).encode_jpeg(95).expect("a photograph")
    };
    let put = |root: &Path, name: &str, person: usize| {
        fs::create_dir_all(root.join(name)).expect("a folder");
        for number in 1..4 {
            let path = root.join(name).join(format!("{name}_{number:04}.jpg"));
            fs::write(path, photo(person, number)).expect("a file");
        }
    };
    (0..12).for_each(|p| put(&train, &format!("T{p}"), p));
    (0..20).for_each(|p| put(&lfw, &format!("P{p}"), p + 30));
    let fold = |k: usize| format!("P{0}\t1\t2\nP{0}\t1\tP{1}\t3\n", 2 * k, 2 * k + 1);
    fs::write(lfw.join("pairs.txt"), format!("10\t1\n{}", (0..10).map(fold).collect::<String>())).expect("a list");
    (lfw, train)
}

fn on_real(folder: &Path, out: &Path, more: &[&str]) -> Output {
    let (lfw, train) = (folder.join("lfw"), folder.join("train"));
    let mut command = command("lfw", folder, out, &["--set", "train.batch=6"]);
    command.arg("--data").arg(lfw).arg("--train").arg(train).args(more).output().expect("the program starts")
}

#[test]
fn a_real_layout_is_trained_on_and_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, train) = real(folder.path());
    let out = folder.path().join("out");
    let output = on_real(folder.path(), &out, &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let results = results(&out);
    assert_eq!((&results["data"]["kind"], &results["data"]["train_people"]), (&"real".into(), &12.into()));
    assert_eq!(results["alignment"]["eval"]["whole photograph"], 30, "only the photographs of the list");
    assert_eq!(results["rows"][0]["per_seed"][0]["accuracy"]["pairs"], 20);
    let warnings = results["warnings"].to_string();
    assert!(
        warnings.contains("test photographs were taken whole") && !warnings.contains("people tested"),
        "{warnings}"
    );
    let page = String::from_utf8(read(&out, "report.md")).expect("UTF-8");
    assert!(page.contains("LFW on photographs") && !page.contains("cannot be compared"), "{page}");
    // A person of the test among those trained on is named, and a changed photograph is another run.
    fs::rename(train.join("T3"), train.join("P3")).expect("a folder");
    let changed = on_real(folder.path(), &out, &[]);
    assert!(!changed.status.success() && stderr(&changed).contains("error"), "{}", stderr(&changed));
    let other = folder.path().join("other");
    assert!(on_real(folder.path(), &other, &[]).status.success());
    let warnings = self::results(&other)["warnings"].to_string();
    assert!(warnings.contains("1 of the 20 people tested"), "{warnings}");
}

#[test]
fn test_faces_are_found_by_a_detector() {
    let folder = tempfile::tempdir().expect("a folder");
    real(folder.path());
    let weights = detector::detector(folder.path());
    let out = folder.path().join("out");
    let detect = ["--align", "detect", "--detector", weights.to_str().expect("UTF-8")];
    let output = on_real(folder.path(), &out, &detect);
    assert!(output.status.success(), "{}", stderr(&output));
    let results = results(&out);
    assert_eq!(results["alignment"]["eval"]["detector"], 30, "{}", results["alignment"]);
    let said = results["data"]["statement"].as_str().expect("a statement");
    assert!(said.contains("MTCNN's points"), "{said}");
    for (words, part) in [(&detect[..2], "--detector PATH"), (&["--align", "box", "--detector", "x"], "--align detect")]
    {
        let refused = on_real(folder.path(), &folder.path().join("other"), words);
        assert!(!refused.status.success() && stderr(&refused).contains(part), "{}", stderr(&refused));
    }
}

/// The generated folder has YouTube Faces' layout: given as one's own, it is read and measured.
#[test]
fn a_folder_of_videos_is_read_as_youtube_faces() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, train) = real(folder.path());
    let (first, out) = (folder.path().join("first"), folder.path().join("out"));
    assert!(run("ytf", folder.path(), &first, &[]).status.success());
    let mut command = command("ytf", folder.path(), &out, &["--set", "train.batch=6"]);
    let videos = first.join("generated-seed1/ytf");
    let output = command.arg("--data").arg(videos).arg("--train").arg(train).output().expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    let (generated, own) = (results(&first), results(&out));
    assert_eq!(own["data"]["kind"], "real");
    assert!(own["list"]["file"].as_str().is_some_and(|file| file.ends_with("splits.txt")), "{}", own["list"]);
    let pairs = |results: &Value| results["rows"][0]["per_seed"][0]["accuracy"]["pairs"].clone();
    assert_eq!(pairs(&own), pairs(&generated));
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lfw, train) = real(folder.path());
    let out = folder.path().join("out");
    let refused = |output: Output, parts: &[&str]| {
        assert!(!output.status.success() && output.stdout.is_empty());
        let said = stderr(&output);
        let errors: Vec<&str> = said.lines().filter(|l| l.starts_with("error")).collect();
        assert_eq!(errors.len(), 1, "one error: {said}");
        parts.iter().for_each(|part| assert!(errors[0].contains(part), "{part:?} is missing in: {}", errors[0]));
        assert!(!out.exists(), "nothing is left behind");
    };
    let generated = |more: &[&str]| run("lfw", folder.path(), &out, more);
    refused(generated(&["--rows", "l2:8+tpe"]), &["l2:8+tpe", "leave +tpe out"]);
    refused(generated(&["--rows", "l2:x"]), &["l2:x"]);
    refused(generated(&["--set", "data.world.eval_people=15"]), &["eval_people", "20"]);
    refused(generated(&["--set", "experiment=ijba"]), &["is for `reproduce ijba`, not for lfw"]);
    refused(generated(&["--set", "data.world.splits=5"]), &["data.world.splits is 5"]);
    let on_real = |more: &[&str]| on_real(folder.path(), &out, more);
    refused(on_real(&["--pairs", "absent.txt"]), &["absent.txt"]);
    refused(on_real(&["--align", "box"]), &["no test face could be aligned"]);
    let list = lfw.join("pairs.txt");
    let whole = fs::read_to_string(&list).expect("a list");
    fs::write(&list, whole.replacen("P4\t1\t2", "P4\t1\t9", 1)).expect("a file");
    refused(on_real(&[]), &["P4/P4_0009.jpg"]);
    fs::write(&list, whole.replacen("P4\t1\t2", "P4\tone\t2", 1)).expect("a file");
    refused(on_real(&[]), &["pairs.txt:6"]);
    fs::write(&list, "1\nP1\t1\t2\nP1\t1\tP2\t1\n").expect("a file");
    refused(on_real(&[]), &["one fold"]);
    fs::remove_file(&list).expect("it was there");
    refused(on_real(&[]), &["holds no pairs.txt", "--pairs"]);
    fs::write(&list, whole).expect("a file");
    fs::write(train.join("T2/T2_0001.jpg"), b"no photograph").expect("a file");
    refused(on_real(&[]), &["T2_0001.jpg"]);
}
