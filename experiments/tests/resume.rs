//! Same seed, same results.json; killed anywhere and run again, the same results.json.

mod common;

use common::{command, kill_when, read, run, stderr};
use std::path::Path;

#[test]
fn the_same_seed_gives_the_same_results_and_another_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
    for (out, more) in [(&a, &[][..]), (&b, &[]), (&c, &["--seeds", "2"])] {
        let output = run(folder.path(), out, more);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(read(&a, "results.json") == read(&b, "results.json"));
    assert!(read(&a, "report.html") == read(&b, "report.html"));
    let rates = |out: &Path| {
        serde_json::from_slice::<serde_json::Value>(&read(out, "results.json")).unwrap()["rows"][0]["mean"].clone()
    };
    assert_ne!(rates(&a), rates(&c));
}

/// Kills the program as soon as a file appears that shows where it stands, then runs it again.
#[test]
fn killed_anywhere_it_ends_with_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    assert!(run(folder.path(), &whole, &[]).status.success());
    let moments = [
        ("rendering", "generated-seed1/ijba/img"),
        ("training", "rows/softmax-seed1/checkpoint.safetensors"),
        ("embedding", "rows/l2-8-seed1/embeddings/shard-00000.safetensors"),
        ("evaluated", "rows/l2-8-seed1/row.json"),
        ("report", "plots"),
    ];
    for (name, file) in moments {
        let out = folder.path().join(name);
        kill_when(&out.join(file), command(folder.path(), &out, &[]));
        let output = run(folder.path(), &out, &[]);
        assert!(output.status.success(), "after a kill in {name}: {}", stderr(&output));
        assert!(read(&out, "results.json") == read(&whole, "results.json"), "after a kill in {name}");
        let log = "rows/softmax-seed1/metrics.jsonl";
        assert!(read(&out, log) == read(&whole, log), "after a kill in {name}: metrics.jsonl");
    }
}
