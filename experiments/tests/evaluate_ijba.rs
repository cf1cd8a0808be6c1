//! `cargo xtask evaluate ijba` on generated faces: the report's ROC, the interval by identity, and a threshold from its scores.
use candle_core::{Device, Tensor};
use clap::Parser;
use l2face_eval::FoldScores;
use l2face_experiments::evaluate::{calibrate, cli::Args, markdown, run, verify, Results};
use l2face_graph::{Graph, Op, Value};
use l2face_metrics::{FarMode, ScoreSet};
use l2face_onnx::Model;
use l2face_synth::{World, WorldSpec};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

const SIDE: usize = 8;

/// A random map of the pixels to sixteen numbers, as ONNX.
fn embedder(folder: &Path) -> PathBuf {
    let (pixels, dim) = (3 * SIDE * SIDE, 16);
    let mut graph = Graph::new([3, SIDE, SIDE]);
    let flat = graph.push("flat", Op::Reshape(vec![pixels]), vec![Value::IMAGE.into()]).expect("a node");
    let weight = graph.weight("weight", &[dim, pixels]).expect("a weight");
    graph.push("map", Op::Linear, vec![flat.into(), weight]).expect("a node");
    let value = |i: usize| ((i * 7919 + 13) % 101) as f32 / 50. - 1.;
    let weight =
        Tensor::from_vec((0..dim * pixels).map(value).collect(), (dim, pixels), &Device::Cpu).expect("a tensor");
    let model = Model { graph, weights: HashMap::from([("weight".into(), weight)]), metadata: Default::default() };
    let path = folder.join("map.onnx");
    fs::write(&path, model.encode().expect("bytes")).expect("a file");
    path
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_string()
}

/// A generated release in `folder`, and the words that evaluate an embedder on it.
fn release(folder: &Path) -> Vec<String> {
    let spec =
        WorldSpec { eval_people: 30, stills: [2, 3], frames: 2, canvas: 32, impostors: 200, ..WorldSpec::default() };
    let (data, model) = (folder.join("ijba"), embedder(folder));
    World::new(3, spec).expect("a world").write_ijba(&data, &|_, _| ()).expect("a release");
    let words = ["evaluate", "ijba", "--data", &text(&data), "--model", &text(&model), "--preproc", "rgb,127.5,128"];
    let to = ["--cache", &text(&folder.join("cache")), "--out", &text(&folder.join("out"))];
    words.iter().chain(&to).map(|word| (*word).to_owned()).collect()
}

fn evaluated(words: &[String], more: &[&str]) -> Results {
    let all = words.iter().map(String::as_str).chain(more.iter().copied());
    let args = Args::try_parse_from(all).expect("arguments");
    run(&args).map_err(|e| l2face_experiments::message(&e)).expect("results")
}

#[test]
fn every_split_is_in_the_mode_that_was_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = release(folder.path());
    for (name, mode) in FarMode::NAMES {
        let results = evaluated(&words, &["--mode", name]);
        let table = results.ijba.as_ref().expect("IJB-A's table");
        assert_eq!((results.mode, table.mode, table.fpir_mode), (*mode, *mode, mode.open_set()));
        let scores = fs::read(folder.path().join("out/scores.json")).expect("scores");
        let all: FoldScores = serde_json::from_slice(&scores).expect("JSON");
        for (i, split) in table.splits.iter().enumerate() {
            let rows = || all.scores.iter().zip(&all.same).zip(&all.fold).filter(|(_, fold)| **fold == i as u32);
            let kind = |same: bool| rows().filter(|((_, s), _)| **s == same).map(|((v, _), _)| *v).collect();
            let set = ScoreSet::new(kind(true), kind(false)).expect("scores");
            for row in &split.verify.tar {
                assert_eq!(row.tar(), set.tar_at_far(row.far, *mode).expect("a rate").tar, "{name}, split {i}");
            }
        }
        for (i, t) in table.summary.tar.iter().enumerate() {
            let mean = table.splits.iter().map(|s| s.verify.tar[i].tar()).sum::<f64>() / table.splits.len() as f64;
            assert!((t.tar().mean - mean).abs() < 1e-12 && t.named.is_some() == (*mode != FarMode::Conservative));
        }
        let page = markdown(&results);
        assert!(page.contains(&format!("TAR `{name}`, TPIR `{}`", mode.open_set())), "{page}");
        assert!(page.contains(&format!("| TAR | FAR 1e-1 | {:.4}", table.summary.tar[3].tar().mean)), "{page}");
    }
}

#[test]
fn comparisons_that_repeat_stand_in_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = release(folder.path());
    let list = folder.path().join("ijba/IJB-A_11_sets/split3/verify_comparisons_3.csv");
    let lines = fs::read_to_string(&list).expect("comparisons");
    fs::write(&list, lines.clone() + lines.lines().next().expect("a line") + "\n").expect("a file");
    let results = evaluated(&words, &[]);
    assert_eq!(results.warnings, ["1 comparisons that repeat another: they count as often as they are written"]);
    assert!(markdown(&results).contains(&format!("| note | {} |", results.warnings[0])), "{}", markdown(&results));
}

#[test]
fn tpe_has_a_table_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = release(folder.path());
    let results = evaluated(&words, &["--tpe", "--mode", "bob"]);
    let (plain, tpe) = (results.ijba.as_ref().expect("a table"), results.ijba_tpe.as_ref().expect("a table with TPE"));
    assert!(plain.tpe.is_none() && tpe.tpe.is_some());
    assert_eq!(tpe.mode, FarMode::Bob);
    assert_eq!(plain.splits.len(), tpe.splits.len());
    assert_ne!(plain.summary.tar, tpe.summary.tar, "the map changes scores");
    let page = markdown(&results);
    for part in ["## With TPE, trained on each split's training part", "--tpe"] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    let html = fs::read_to_string(folder.path().join("out/report.html")).expect("a page");
    assert!(html.contains("with TPE"), "the second curve of the ROC");
}

#[test]
fn a_table_a_picture_an_interval_and_a_threshold() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = release(folder.path());
    let (model, out) = (folder.path().join("map.onnx"), folder.path().join("out"));
    let results = evaluated(&words, &[]);

    let table = results.ijba.as_ref().expect("IJB-A's table");
    let pairs: usize = table.splits.iter().map(|s| s.verify.genuine + s.verify.impostor).sum();
    let scores: FoldScores = serde_json::from_slice(&fs::read(out.join("scores.json")).expect("scores")).expect("JSON");
    assert_eq!((scores.scores.len(), scores.folds), (pairs, 10));
    let by_identity = &results.by_identity;
    assert_eq!(by_identity.len(), 4);
    assert!(by_identity.iter().all(|i| i.low <= i.tar && i.tar <= i.high && i.replicates > 900), "{by_identity:?}");
    assert!(by_identity[3].high - by_identity[3].low > 0.01, "thirty people are few");

    let page = markdown(&results);
    assert!((25..=30).contains(&by_identity[0].identities), "nearly all of thirty people are in some test part");
    let resampled = format!("{} people resampled", by_identity[0].identities);
    let templates: usize = table.splits.iter().map(|s| s.verify.templates).sum();
    let probes: usize = table.splits.iter().map(|s| s.search.probes).sum();
    let failed =
        format!("Failures to enrol: 0 of {} faces; of templates 1:1 0 of {templates}, gallery 0 of", table.faces.total);
    assert!(page.contains(&failed) && page.contains(&format!("probes 0 of {probes}.")), "{failed} is not in:\n{page}");
    for part in ["## Intervals by identity", "of all splits together", "](plots/roc.svg)", &resampled] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    let html = fs::read_to_string(out.join("report.html")).expect("a page");
    assert_eq!(html.matches("<svg").count(), 1);
    assert!(out.join("plots/roc.svg").is_file());

    let args = calibrate::Args::try_parse_from(["calibrate", "--run", &text(&out), "--far", "0.1"]).expect("arguments");
    let said = calibrate::calibrate(&args).expect("a threshold");
    let impostor: usize = table.splits.iter().map(|s| s.verify.impostor).sum();
    assert!(said.contains(&format!("of {impostor} impostor pairs")), "{said}");
    let pooled = format!("TAR {:.4}", by_identity[3].tar);
    assert!(said.contains(&pooled), "{pooled} is not in {said}");
    let (model, calibration) = (text(&model), text(&out.join("calibration.json")));
    let words = ["verify", "a.jpg", "b.jpg", "--model", &model, "--calibration", &calibration];
    let warning = verify::warning(&verify::Args::try_parse_from(words).expect("arguments")).expect("a calibration");
    assert!(warning.expect("templates").contains("templates of several photographs"));
}
