//! A run, a folder made of it, photographs: what the tests share.
use crate::common::{read, run, stderr};
use clap::Parser;
use l2face_experiments::package::{cli::Args, package};
use l2face_experiments::report::Results;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A run of three rows, made once.
pub fn finished() -> &'static (TempDir, PathBuf) {
    static RUN: std::sync::OnceLock<(TempDir, PathBuf)> = std::sync::OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("run");
        let done = run(folder.path(), &out, &["--rows", "softmax,l2:8,l2:trained,l2:8+tpe", "--seeds", "1,2"]);
        assert!(done.status.success(), "{}", stderr(&done));
        (folder, out)
    })
}

pub fn packaged(run: &Path, out: &Path, more: &[&str]) -> Result<String, String> {
    let words =
        ["package".as_ref(), run.as_os_str(), out.as_os_str()].into_iter().chain(more.iter().map(|w| w.as_ref()));
    let args = Args::try_parse_from(words).map_err(|e| e.to_string())?;
    package(&args).map_err(|e| l2face_experiments::message(&e))
}

pub const ROW: [&str; 6] = ["--license", "CC-BY-NC-4.0", "--row", "l2:trained", "--seed", "2"];

pub fn read_results(folder: &Path) -> Results {
    serde_json::from_slice(&read(folder, "results.json")).expect("results")
}

/// Copies a run, so that it can be broken.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).expect("a file")),
        }
    }
}

/// Four photographs of fine checks in LFW's layout; with the CSV of their points, six times as large as the template's.
pub fn photographs(folder: &Path, points: &[[f64; 2]; 5]) -> (PathBuf, PathBuf) {
    let (root, csv) = (folder.join("lfw"), folder.join("points.csv"));
    let mut rows = "file,det_score,x,y,w,h,right_eye_x,right_eye_y,left_eye_x,left_eye_y,nose_x,nose_y,right_mouth_x,right_mouth_y,left_mouth_x,left_mouth_y\n".to_string();
    let points: Vec<String> = points.iter().flatten().map(|at| (at * 6. + 5.).to_string()).collect();
    for (person, number) in [(0, 1), (0, 2), (1, 1), (1, 2)] {
        let file = format!("P{person}/P{person}_{number:04}.jpg");
        let every = 2 + 2 * person + number;
        let photo = l2face_image::Rgb8::from_fn(180, 180, |x, y| {
            [0, 1, 2].map(|c| if (x * x / 40 + y + c * person) % every == 0 { 250 } else { (x + y) as u8 / 4 })
        });
        std::fs::create_dir_all(root.join(format!("P{person}"))).expect("a folder");
        std::fs::write(root.join(&file), photo.encode_jpeg(95).expect("a photograph")).expect("a file");
        rows += &format!("{file},0.9,5,5,168,168,{}\n", points.join(","));
    }
    let pairs = "2\t1\nP0\t1\t2\nP0\t1\tP1\t2\nP1\t1\t2\nP1\t1\tP0\t2\n";
    std::fs::write(root.join("pairs.txt"), pairs).expect("a list");
    std::fs::write(&csv, rows).expect("a file");
    (root, csv)
}

/// Twenty pairs of pictures in the tiny network's size, in one verification file.
pub fn verification_file(folder: &Path) -> PathBuf {
    let picture =
        |i: usize| l2face_image::Rgb8::from_fn(28, 28, |x, y| [x * (i % 7), y * (i % 5), 9 * i].map(|v| v as u8));
    let encoded: Vec<Vec<u8>> = (0..40).map(|i| picture(i).encode_png().expect("a picture")).collect();
    let same: Vec<bool> = (0..20).map(|i| i % 2 == 0).collect();
    let mut bytes = vec![];
    l2face_eval::pack_bin(&mut bytes, &same, |i| Ok(encoded[i].clone())).expect("bytes");
    let path = folder.join("colours.bin");
    std::fs::write(&path, bytes).expect("a file");
    path
}
