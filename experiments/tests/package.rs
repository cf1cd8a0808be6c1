//! `cargo xtask package` on a finished run: what the folder holds, that it opens, and what is refused.
mod common;

use common::{read, run, stderr};
use l2face_experiments::package::{cli::Args, package};
use l2face_experiments::report::Results;
use l2face_model::{files, Metadata, Model, ModelFolder, CARD};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A run of three rows, made once.
fn finished() -> &'static (TempDir, PathBuf) {
    static RUN: std::sync::OnceLock<(TempDir, PathBuf)> = std::sync::OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("run");
        let done = run(folder.path(), &out, &["--rows", "softmax,l2:8,l2:trained,l2:8+tpe", "--seeds", "1,2"]);
        assert!(done.status.success(), "{}", stderr(&done));
        (folder, out)
    })
}

fn packaged(run: &Path, out: &Path, more: &[&str]) -> Result<String, String> {
    use clap::Parser;
    let words =
        ["package".as_ref(), run.as_os_str(), out.as_os_str()].into_iter().chain(more.iter().map(|w| w.as_ref()));
    let args = Args::try_parse_from(words).map_err(|e| e.to_string())?;
    package(&args).map_err(|e| l2face_experiments::message(&e))
}

const ROW: [&str; 6] = ["--license", "CC-BY-NC-4.0", "--row", "l2:trained", "--seed", "2"];

#[test]
fn a_run_becomes_a_folder_that_opens() {
    let (folder, run) = finished();
    let out = folder.path().join("opens");
    let said = packaged(run, &out, &ROW).expect("a model");
    assert!(said.contains("row l2:trained, seed 2") && said.contains("model.safetensors"), "{said}");
    let names = files(&out).expect("files");
    for name in ["README.md", "metrics.jsonl", "results.json", "report.md", "report.html", "plots/roc.svg"] {
        assert!(names.iter().any(|n| n == name), "{name} is not among {names:?}");
    }
    assert!(!names.iter().any(|n| n == "head.safetensors"), "the head stays at home unless it is asked for");
    let model = Model::from_folder(&out, &candle_core::Device::Cpu).expect("a model");
    assert!(model.check().expect("a check").difference < 1e-6);
    let config = model.config();
    let trained = read_results(run).rows.iter().find(|row| row.name == "l2:trained").expect("the row").alpha_final[1];
    assert_eq!((config.embedding, config.classes, config.alpha), (8, 12, Some(trained)));
    assert_eq!(read(&out, "metrics.jsonl"), read(run, "rows/l2-trained-seed2/metrics.jsonl"));
    // The same network as the row's own file, by another way in.
    let own = l2face_experiments::model::open(&run.join("rows/l2-trained-seed2"), &Default::default());
    let (_, _, weights) = own.and_then(|o| o.load()).expect("the row's weights");
    let ours = ModelFolder::open(&out).and_then(|folder| folder.weights()).expect("weights");
    for (name, tensor) in ours.tensors() {
        let values = |t: &candle_core::Tensor| t.flatten_all().and_then(|t| t.to_vec1::<f32>()).expect("numbers");
        assert_eq!(values(tensor), values(&weights[name]), "{name}");
    }
}

fn read_results(folder: &Path) -> Results {
    serde_json::from_slice(&read(folder, "results.json")).expect("results")
}

#[test]
fn results_are_those_of_the_packaged_network_alone() {
    let (folder, run) = finished();
    let out = folder.path().join("results");
    packaged(run, &out, &ROW).expect("a model");
    let (whole, own) = (read_results(run), read_results(&out));
    assert_eq!((own.rows.len(), own.data.seeds.as_slice()), (1, &[2][..]));
    let row = whole.rows.iter().find(|row| row.name == "l2:trained").expect("the row");
    assert_eq!(own.rows[0].per_seed, row.per_seed[1..]);
    let splits = &row.per_seed[1].splits;
    let mean = |get: &dyn Fn(&l2face_experiments::report::SplitResult) -> f64| {
        splits.iter().map(get).sum::<f64>() / splits.len() as f64
    };
    assert!((own.rows[0].mean.tar[1].interp.mean - mean(&|s| s.tar[1].interp)).abs() < 1e-12);
    assert!((own.rows[0].mean.rank[0].1.mean - mean(&|s| s.rank[0].rate)).abs() < 1e-12);
}

#[test]
fn every_mean_stands_on_the_card() {
    let (folder, run) = finished();
    let out = folder.path().join("card");
    packaged(run, &out, &[&ROW[..], &["--name", "owner/small-faces"]].concat()).expect("a model");
    let card = String::from_utf8(read(&out, CARD)).expect("text");
    let metadata = Metadata::of(&card).expect("metadata");
    assert_eq!(metadata.license, "cc-by-nc-4.0");
    assert_eq!(metadata.model_index[0].name, "small-faces");
    let results = &metadata.model_index[0].results;
    let value = |task: &str, kind: &str, key: &str, at: f64, mode: &str| {
        let of_task = results.iter().filter(|e| e.task.r#type == task).flat_map(|e| &e.metrics);
        let mut found =
            of_task.filter(|f| f.r#type == kind && f.args[key].as_f64() == Some(at) && f.args["mode"] == mode);
        let figure = found.next().unwrap_or_else(|| panic!("{kind} at {at}, {mode}"));
        assert_eq!(figure.args["interval"].as_array().map(Vec::len), Some(2));
        (figure.value, found.count())
    };
    let mean = &read_results(&out).rows[0].mean;
    for cell in &mean.tar {
        let of = |mode| value("face-verification", "tar-at-far", "far", cell.far, mode);
        assert_eq!(of("conservative"), (cell.conservative.mean, 0));
        assert_eq!(of("interpolated"), (cell.interp.mean, 0));
    }
    for (rank, stat) in &mean.rank {
        assert_eq!(
            value("face-identification", "identification-rate", "rank", *rank as f64, "closed set"),
            (stat.mean, 0)
        );
    }
    for (fpir, stat) in &mean.tpir {
        assert_eq!(value("face-identification", "tpir-at-fpir", "fpir", *fpir, "conservative"), (stat.mean, 0));
    }
    let thirds = read_results(&out).rows[0].norm_tar.iter().filter(|third| third.tar.is_some()).count();
    let count: usize = results.iter().map(|e| e.metrics.len()).sum();
    assert_eq!(count, 2 * mean.tar.len() + mean.rank.len() + mean.tpir.len() + thirds);
    assert!(results[0].dataset.args["protocol"].as_str().is_some_and(|p| p == "IJB-A 1:1, 10 splits"));
    for say in ["11,636,328", "nobody's", "Model::from_hub(&hub, \"owner/small-faces\""] {
        assert!(card.contains(say), "{say:?} is not in the card");
    }
}

#[test]
fn no_path_of_this_machine_is_given_away() {
    let (folder, run) = finished();
    let out = folder.path().join("private");
    packaged(run, &out, &ROW).expect("a model");
    let here = folder.path().to_str().expect("UTF-8");
    assert!(
        String::from_utf8_lossy(&read(run, "results.json")).contains(here),
        "the run itself names its configuration"
    );
    for name in files(&out).expect("files") {
        let bytes = read(&out, &name);
        assert!(!bytes.windows(here.len()).any(|w| w == here.as_bytes()), "{name}");
    }
}

#[test]
fn the_head_comes_on_request() {
    let (folder, run) = finished();
    let out = folder.path().join("head");
    packaged(run, &out, &[&ROW[..], &["--with-head"]].concat()).expect("a model");
    let head = ModelFolder::open(&out).and_then(|folder| folder.head()).expect("a head").expect("there is one");
    let alpha = head.alpha().expect("alpha").expect("a number");
    assert_eq!(Some(alpha), ModelFolder::open(&out).expect("a folder").config().alpha);
}

#[test]
fn what_must_be_said_is_asked_for() {
    let (folder, run) = finished();
    let place = folder.path().join("refused");
    let out = place.join("model");
    for (more, say) in [
        (&[][..], "--license: licence ``: none was given, and there is no default"),
        (&["--license", "free"], "not SPDX"),
        (&["--license", "LicenseRef-ours"], "need a link"),
        (&["--license", "MIT"], "name one: --row softmax, l2:8, l2:trained"),
        (&["--license", "MIT", "--row", "l2:16"], "--row l2:16: the run has"),
        (&["--license", "MIT", "--row", "l2:8+tpe"], "TPE is trained anew"),
        (&["--license", "MIT", "--row", "../softmax"], "the run has"),
        (&["--license", "MIT", "--row", "l2:8"], "name one of [1, 2]: --seed 1"),
        (&["--license", "MIT", "--row", "l2:8", "--seed", "3"], "--seed 3: the run has [1, 2]"),
        (&["--license", "MIT", "--row", "l2:8", "--seed", "1", "--name", "../x"], "no name on the Hub"),
    ] {
        let error = packaged(run, &out, more).expect_err(say);
        assert!(error.contains(say), "{say:?} is not in: {error}");
        assert!(!out.exists(), "nothing is left after: {error}");
    }
    let error = packaged(folder.path(), &out, &ROW).expect_err("no run");
    assert!(error.contains("results.json: not a finished run"), "{error}");
    std::fs::create_dir_all(&out).and_then(|()| std::fs::write(out.join("mine"), "a")).expect("a folder");
    let error = packaged(run, &out, &[&ROW[..], &["--force"]].concat()).expect_err("someone's folder");
    assert!(error.contains("no model folder") && out.join("mine").exists(), "{error}");
    assert_eq!(std::fs::read_dir(&place).expect("a folder").count(), 1, "nothing temporary is left");
}

/// Copies a run, so that it can be broken.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).expect("a file")),
        }
    }
}

#[test]
fn a_broken_run_is_refused() {
    let (folder, run) = finished();
    let broken = folder.path().join("broken");
    let out = folder.path().join("broken-model");
    copy(run, &broken);
    let refused = |say: &str| {
        let error = packaged(&broken, &out, &ROW).expect_err(say);
        assert!(error.contains(say) && !out.exists(), "{say:?} is not in: {error}");
    };
    let weights = broken.join("rows/l2-trained-seed2/model.safetensors");
    let bytes = std::fs::read(&weights).expect("a file");
    std::fs::write(&weights, &bytes[..bytes.len() - 5]).expect("a file");
    refused("model.safetensors");
    std::fs::copy(broken.join("rows/l2-8-seed2/model.safetensors"), &weights).expect("a file");
    refused("not the network of row l2:trained, seed 2");
    std::fs::remove_file(&weights).expect("a file");
    refused("missing");
    std::fs::remove_file(broken.join("rows/l2-trained-seed2/row.json")).expect("a file");
    refused("the row is not finished");
    std::fs::write(broken.join("results.json"), "{").expect("a file");
    refused("results.json");
}

#[test]
fn photographs_need_their_licence() {
    let (folder, run) = finished();
    let real = folder.path().join("real");
    copy(run, &real);
    let mut results = read_results(run);
    results.config["data"]["kind"] = "real".into();
    results.config["data"]["train"] = "/mnt/someone/faces".into();
    results.config["data"]["ijba"] = "/mnt/someone/IJB-A".into();
    std::fs::write(real.join("results.json"), serde_json::to_vec(&results).expect("JSON")).expect("a file");
    let out = folder.path().join("real-model");
    let error = packaged(&real, &out, &ROW).expect_err("no licence");
    assert!(error.contains("--train-license") && !out.exists(), "{error}");
    let more = ["--train-license", "CC-BY-4.0, people agreed", "--bias", "mostly adults", "--eval-name", "IJB-A"];
    packaged(&real, &out, &[&ROW[..], &more].concat()).expect("a model");
    let card = String::from_utf8(read(&out, CARD)).expect("text");
    for say in ["CC-BY-4.0, people agreed", "Known bias: mostly adults", "Data: faces; 12 people", "type: ijb-a"] {
        assert!(card.contains(say), "{say:?} is not in the card");
    }
    assert!(!card.contains("/mnt/someone"));
}

fn program(name: &str, words: &[&str]) -> (bool, String) {
    let path = match name {
        "model" => env!("CARGO_BIN_EXE_model"),
        _ => env!("CARGO_BIN_EXE_verify"),
    };
    let done = Command::new(path).args(words).output().expect("the program");
    (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr))
}

#[test]
fn a_model_folder_is_a_model_to_every_command() {
    let (folder, run) = finished();
    let out = folder.path().join("everywhere");
    packaged(run, &out, &ROW).expect("a model");
    let path = out.to_str().expect("UTF-8");
    let (ok, said) = program("model", &["check", path]);
    assert!(ok && said.contains("4 images"), "{said}");
    let (ok, said) = program("model", &["inspect", path]);
    assert!(ok && said.contains("28x28") && said.contains("face-resnet"), "{said}");
    let picture = folder.path().join("face.png");
    let face = l2face_image::Rgb8::from_fn(28, 28, |x, y| [x as u8 * 9, y as u8 * 9, 99]);
    std::fs::write(&picture, face.encode_png().expect("a picture")).expect("a file");
    let [face, both] = [picture, folder.path().join("both.png")].map(|p| p.to_str().expect("UTF-8").to_string());
    let (ok, said) = program("verify", &[&face, &face, "--model", path, "--align", "whole", "--picture", &both]);
    assert!(ok && said.contains("cosine 1.0000"), "{said}");
    let again = folder.path().join("again");
    let done = common::run(folder.path(), &again, &["--rows", "l2:8", "--start", path]);
    assert!(done.status.success(), "{}", stderr(&done));
    // The configuration is held to: one that says another input is refused by all of them.
    let config = out.join("config.json");
    let text = std::fs::read_to_string(&config).expect("a file").replace("\"rgb\"", "\"bgr\"");
    std::fs::write(&config, text).expect("a file");
    for (name, words) in [
        ("model", &["check", path][..]),
        ("model", &["inspect", path]),
        ("verify", &[&face, &face, "--model", path, "--align", "whole", "--picture", &both]),
    ] {
        let (ok, said) = program(name, words);
        assert!(!ok && said.contains("disagree"), "{name}: {said}");
    }
    let done = common::run(folder.path(), &folder.path().join("never"), &["--rows", "l2:8", "--start", path]);
    assert!(!done.status.success() && stderr(&done).contains("disagree"), "{}", stderr(&done));
}

/// Four photographs of fine checks in LFW's layout; with the CSV of their points, six times as large as the template's.
fn photographs(folder: &Path, points: &[[f64; 2]; 5]) -> (PathBuf, PathBuf) {
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

#[test]
fn evaluate_crops_as_the_model_folder_says() {
    use l2face_image::{Landmarks5, Rgb8};
    let (folder, run) = finished();
    let out = folder.path().join("warp");
    packaged(run, &out, &ROW).expect("a model");
    let config = std::fs::read_to_string(out.join("config.json")).expect("a file");
    let template = ModelFolder::open(&out).expect("a model").config().input.target.points();
    let (data, csv) = photographs(&folder.path().join("warp-data"), &template);
    let points = Landmarks5(template.map(|point| point.map(|at| at * 6. + 5.)));
    let (cache, results) = (folder.path().join("warp-cache"), folder.path().join("warp-out"));
    let scores = [true, false].map(|antialias| {
        let other = config.replace(&format!("\"antialias\": {}", !antialias), &format!("\"antialias\": {antialias}"));
        std::fs::write(out.join("config.json"), other).expect("a file");
        let model = Model::from_folder(&out, &candle_core::Device::Cpu).expect("a model");
        assert_eq!(model.config().antialias, antialias);
        let path = |path: &Path| path.to_str().expect("UTF-8").to_string();
        let [data, csv, out, cache, results] = [&data, &csv, &out, &cache, &results].map(|p| path(p));
        let words = ["evaluate", "lfw", "--data", &data, "--landmarks", &csv, "--model", &out, "--align", "landmarks"];
        let more = ["--pool", "flip=none", "--cache", &cache, "--out", &results];
        let args = clap::Parser::try_parse_from(words.into_iter().chain(more)).expect("arguments");
        l2face_experiments::evaluate::run(&args).expect("results");
        let scores: l2face_eval::FoldScores =
            serde_json::from_slice(&read(results.as_ref(), "scores.json")).expect("scores");
        let crop = |file: &str| {
            let photo = Rgb8::open(&Path::new(&data).join(file)).expect("a photograph");
            model.crop(&photo, &points).expect("a crop")
        };
        let (a, b) = (crop("P0/P0_0001.jpg"), crop("P0/P0_0002.jpg"));
        let embedded = model.embed(&[&a, &b]).expect("embeddings");
        let wanted = l2face_model::cosine(&embedded[0], &embedded[1]);
        assert!((scores.scores[0] - wanted).abs() < 1e-4, "{antialias}: {} and {wanted}", scores.scores[0]);
        scores.scores[0]
    });
    assert!((scores[0] - scores[1]).abs() > 1e-3, "{scores:?}: the photographs tell the two warps apart");
    assert_eq!(std::fs::read_dir(&cache).expect("a cache").count(), 2, "embeddings of either warp are kept apart");
}
