//! Rows with `+tpe`: the network of another row, evaluated a second time.

mod common;

use common::{program, read, run, stderr, tiny};
use serde_json::Value;
use std::path::Path;

fn results(out: &Path) -> Value {
    serde_json::from_slice(&read(out, "results.json")).unwrap()
}

fn names(results: &Value) -> Vec<&str> {
    results["rows"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect()
}

#[test]
fn a_network_is_trained_once_and_its_plain_row_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let [plain, both] = ["plain", "both"].map(|name| folder.path().join(name));
    assert!(run(folder.path(), &plain, &[]).status.success());
    let rows = ["--rows", "softmax,softmax+tpe,l2:8.0+tpe,l2:8"];
    let output = run(folder.path(), &both, &rows);
    assert!(output.status.success(), "{}", stderr(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("softmax + TPE") && table.contains("alpha 8 + TPE"), "{table}");

    let (old, new) = (results(&plain), results(&both));
    assert_eq!(names(&new), ["softmax", "softmax+tpe", "l2:8+tpe", "l2:8"]);
    assert_eq!((&new["rows"][0], &new["rows"][3]), (&old["rows"][0], &old["rows"][1]));
    assert_ne!(new["rows"][1]["mean"], new["rows"][0]["mean"]);
    assert_eq!(new["rows"][1]["loss_curve"], new["rows"][0]["loss_curve"]);
    assert!(old["config"]["evaluate"].get("tpe").is_none());
    assert_eq!(new["config"]["evaluate"]["tpe"]["dim"], 128);
    for name in ["softmax+tpe-seed1", "l2-8+tpe-seed1"] {
        let inside: Vec<_> = std::fs::read_dir(both.join("rows").join(name)).unwrap().collect();
        assert_eq!(inside.len(), 2, "row.json and seconds.json alone: nothing was trained in {name}");
    }
    goes_on(folder.path(), &both, &rows);
}

/// The evaluation of one row is lost; it is made again without training.
fn goes_on(folder: &Path, out: &Path, rows: &[&str]) {
    let (before, log) = (read(out, "results.json"), read(out, "rows/softmax-seed1/metrics.jsonl"));
    std::fs::remove_file(out.join("rows/softmax+tpe-seed1/row.json")).unwrap();
    let output = run(folder, out, rows);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(read(out, "results.json") == before);
    assert!(read(out, "rows/softmax-seed1/metrics.jsonl") == log, "trained again");
}

#[test]
fn tpe_alone_has_its_settings_and_its_seed() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let output = run(folder.path(), &out, &[&["--rows", "l2:8+tpe"], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        results(&out)
    };
    let (whole, small) = (made("whole", &[]), made("small", &["--set", "evaluate.tpe.dim=3"]));
    assert_eq!(names(&whole), ["l2:8+tpe"]);
    assert_eq!(small["config"]["evaluate"]["tpe"]["dim"], 3);
    assert_ne!(whole["rows"][0]["mean"], small["rows"][0]["mean"]);
    let row: Value =
        serde_json::from_slice(&read(&folder.path().join("small"), "rows/l2-8+tpe-seed1/row.json")).unwrap();
    assert_eq!((&row["measured"]["tpe"]["dim"], &row["measured"]["tpe"]["seed"]), (&Value::from(3), &Value::from(1)));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["--rows", "l2:8+lda"], "unknown head \"l2:8+lda\""),
        (&["--rows", "l2:8+tpe,l2:8.0+tpe"], "a row is named twice"),
        (&["--rows", "l2:8+tpe", "--set", "evaluate.tpe.seed=3"], "evaluate.tpe.seed is 3: leave it out"),
        (&["--rows", "l2:8+tpe", "--set", "evaluate.tpe.dim=0"], "dim is 0, expected at least 1"),
        (&["--set", "train.learning_rate.l2:8+tpe=0.1"], "this row is the network of l2:8"),
    ];
    for (arguments, message) in cases {
        let mut command = program();
        command.arg("--config").arg(tiny(folder.path())).arg("--out").arg(folder.path().join("out")).args(arguments);
        let output = command.output().unwrap();
        assert!(!output.status.success() && stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
    }
}
