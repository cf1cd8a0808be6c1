//! The benchmark as a program: without PyTorch it measures one side and says so.
use std::process::{Command, Output};

fn bench(out: &std::path::Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    // No Python on an empty path.
    command.args(["--quick", "--out"]).arg(out).args(args).env("PATH", "");
    command.output().expect("the benchmark starts")
}

#[test]
fn without_python_one_side_is_measured_and_the_files_are_written() {
    let out = tempfile::tempdir().unwrap();
    let run = bench(out.path(), &["--rows", "resnext-block"]);
    let (stdout, stderr) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{stderr}");
    assert!(stdout.contains("| resnext-block |") && stderr.contains("pip install torch"), "{stdout}{stderr}");
    let json = std::fs::read_to_string(out.path().join("results.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let row = &json["rows"][0];
    assert_eq!((json["schema"].as_str(), row["name"].as_str()), (Some("l2face-bench/1"), Some("resnext-block")));
    assert!(row["ratio"].is_null() && row["ours"]["wall_s"].as_f64().unwrap() > 0.);
    for name in ["report.md", "report.html"] {
        assert!(std::fs::read_to_string(out.path().join(name)).unwrap().contains("resnext-block"));
    }
}

#[test]
fn a_row_or_a_python_that_is_not_there_is_named() {
    let out = tempfile::tempdir().unwrap();
    for (args, expected) in
        [(["--rows", "resnext"], "there is no row `resnext`"), (["--python", "nowhere/python"], "nowhere/python")]
    {
        let run = bench(out.path(), &args);
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && stderr.contains(expected), "{stderr}");
        assert!(!out.path().join("results.json").exists());
    }
}
