//! A small model in a folder: a tiny run, packaged.
use crate::common::{run, stderr};
use clap::Parser;
use l2face_experiments::package::{cli::Args, package};
use std::path::{Path, PathBuf};

/// Without the log of its training, so that a test can add one.
pub fn packed(folder: &Path) -> PathBuf {
    let [made, out] = ["run", "model"].map(|name| folder.join(name));
    let done = run(folder, &made, &["--rows", "softmax"]);
    assert!(done.status.success(), "{}", stderr(&done));
    let words = ["package".as_ref(), made.as_os_str(), out.as_os_str(), "--license".as_ref(), "MIT".as_ref()];
    let args = Args::try_parse_from(words).expect("arguments");
    package(&args).expect("a model");
    std::fs::remove_file(out.join("metrics.jsonl")).expect("a log");
    out
}
