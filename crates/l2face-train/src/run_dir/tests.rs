use super::*;
use serde_json::json;

fn open(dir: &Path, lr: f64) -> Result<RunDir> {
    RunDir::open(dir.join("run"), &json!({"opt": {"lr": lr}, "seed": 7}))
}

#[test]
fn the_same_configuration_opens_again_and_another_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let awkward = 0.1 + 0.2 + 1e-17;
    let run = open(dir.path(), awkward).unwrap();
    let stored = fs::read_to_string(run.file("config.json")).unwrap();
    open(dir.path(), awkward).unwrap();
    let message = open(dir.path(), 0.5).unwrap_err().to_string();
    assert!(message.contains("config.json: this run was made with another configuration"), "{message}");
    assert!(message.contains("opt.lr (stored 0.3"), "{message}");
    assert!(message.contains("now 0.5). Choose another --out or delete it"), "{message}");
    assert_eq!(fs::read_to_string(run.file("config.json")).unwrap(), stored);
}

#[test]
fn a_folder_of_something_else_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("run")).unwrap();
    fs::write(dir.path().join("run/.tmpabc"), "left by a kill").unwrap();
    fs::write(dir.path().join("run/thesis.tex"), "").unwrap();
    let message = open(dir.path(), 0.1).unwrap_err().to_string();
    assert!(message.contains("run: not empty, and not a run folder"), "{message}");
    fs::remove_file(dir.path().join("run/thesis.tex")).unwrap();
    open(dir.path(), 0.1).unwrap();
}

#[test]
fn a_damaged_configuration_is_named_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let run = open(dir.path(), 0.1).unwrap();
    fs::write(run.file("config.json"), "{\n\"opt\": ?").unwrap();
    let message = open(dir.path(), 0.1).unwrap_err().to_string();
    assert!(message.contains("config.json:2: "), "{message}");
}

#[test]
fn the_environment_is_written_and_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let run = open(dir.path(), 0.1).unwrap();
    let here = Environment::here(3, &["cuda"], Some("abc123"), "cpu");
    run.write_environment(&here).unwrap();
    let text = fs::read_to_string(run.file("environment.json")).unwrap();
    assert_eq!(serde_json::from_str::<Environment>(&text).unwrap(), here);
    assert_eq!((here.threads, here.git.as_deref()), (3, Some("abc123")));
}

#[test]
fn a_killed_and_resumed_log_equals_an_uninterrupted_one() {
    let dir = tempfile::tempdir().unwrap();
    let run = open(dir.path(), 0.1).unwrap();
    let record = |step: u64| run.log(&json!({"step": step, "loss": 1. / (step + 1) as f64}));
    (1..=6).for_each(|s| record(s).unwrap());
    let whole = fs::read(run.file("metrics.jsonl")).unwrap();

    let half = &whole[..whole.len() - 7];
    for resume_at in 0..=6 {
        fs::write(run.file("metrics.jsonl"), if resume_at < 6 { half } else { &whole }).unwrap();
        run.truncate_log_after(resume_at).unwrap();
        (resume_at + 1..=6).for_each(|s| record(s).unwrap());
        assert_eq!(fs::read(run.file("metrics.jsonl")).unwrap(), whole, "resumed at {resume_at}");
    }
}
