//! Evaluations of the packaged weights: on the card and in the folder, or refused.
use crate::common::read;
use crate::made::{copy, finished, packaged, photographs, verification_file, ROW};
use l2face_experiments::evaluate::{self, cli, Results};
use l2face_experiments::package::sound;
use l2face_model::{files, Evaluation, Metadata, ModelFolder, CARD};
use l2face_synth::{World, WorldSpec};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// `cargo xtask evaluate SET --data DATA --model MODEL ..` into a new folder.
fn evaluated(folder: &Path, name: &str, set: &str, data: &Path, model: &Path, more: &[&str]) -> PathBuf {
    let (cache, out) = (folder.join("cache"), folder.join(name));
    let words =
        ["evaluate", set, "--data", text(data), "--model", text(model), "--cache", text(&cache), "--out", text(&out)];
    let args = clap::Parser::try_parse_from(words.iter().chain(more)).expect("arguments");
    evaluate::run(&args as &cli::Args).map_err(|e| l2face_experiments::message(&e)).expect("results");
    out
}

/// The row's folder of the finished run, and LFW's layout with points for it.
fn row_and_faces(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let row = finished().1.join("rows/l2-trained-seed2");
    let opened = l2face_experiments::model::open(&row, &Default::default()).expect("the row");
    let template = opened.config.expect("a network").input.target.points();
    let (data, csv) = photographs(folder, &template);
    (row, data, csv)
}

fn on_lfw(folder: &Path, name: &str, model: &Path, more: &[&str]) -> PathBuf {
    let (_, data, csv) = row_and_faces(folder);
    let words = [&["--landmarks", text(&csv), "--align", "landmarks"], more].concat();
    evaluated(folder, name, "lfw", &data, model, &words)
}

fn with(evaluations: &[&str]) -> Vec<String> {
    let each = evaluations.iter().flat_map(|e| ["--evaluation".to_string(), e.to_string()]);
    ROW.map(str::to_string).into_iter().chain(each).collect()
}

fn package(out: &Path, evaluations: &[&str]) -> Result<String, String> {
    let words = with(evaluations);
    packaged(&finished().1, out, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn card(folder: &Path) -> Vec<Evaluation> {
    let metadata = Metadata::of(&String::from_utf8(read(folder, CARD)).expect("text")).expect("metadata");
    metadata.model_index[0].results.clone()
}

fn results(folder: &Path) -> Results {
    serde_json::from_slice(&read(folder, "results.json")).expect("results")
}

#[test]
fn their_figures_stand_on_the_card_and_their_files_in_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let (row, _, _) = row_and_faces(folder.path());
    let lfw = on_lfw(folder.path(), "of-lfw", &row, &["--mode", "insightface"]);
    let bin = verification_file(folder.path());
    let bin = evaluated(folder.path(), "of-bin", "bin", &bin, &row, &["--accuracy", "exact"]);
    let spec =
        WorldSpec { eval_people: 30, stills: [2, 3], frames: 2, canvas: 32, impostors: 200, ..WorldSpec::default() };
    let world = folder.path().join("my ijba");
    World::new(3, spec).expect("a world").write_ijba(&world, &|_, _| ()).expect("a release");
    let ijba = evaluated(folder.path(), "of-ijba", "ijba", &world, &row, &["--failures", "drop", "--mode", "bob"]);

    let out = folder.path().join("model");
    package(&out, &[text(&lfw), text(&ijba), &format!("Colours={}", text(&bin))]).expect("a model");
    let names = files(&out).expect("files");
    for of in ["colours", "lfw", "my-ijba"] {
        for file in ["results.json", "report.md", "report.html", "plots/roc.svg"] {
            assert!(names.contains(&format!("evaluations/{of}/{file}")), "{of}/{file} is not among {names:?}");
        }
    }
    for name in &names {
        let here = text(folder.path()).as_bytes();
        assert!(!read(&out, name).windows(here.len()).any(|window| window == here), "{name}");
    }
    let own = results(&out.join("evaluations/my-ijba"));
    assert!(
        own.command.starts_with("cargo xtask evaluate ijba --data 'my ijba' --model l2-trained-seed2 "),
        "{}",
        own.command
    );

    let card = card(&out);
    let names: Vec<&str> = card[2..].iter().map(|e| e.dataset.name.as_str()).collect();
    assert_eq!(names, ["Colours", "lfw", "my ijba", "my ijba"], "after the run's own two, by folder");
    of_pairs(&card[2], &results(&bin), "exact");
    of_pairs(&card[3], &results(&lfw), "insightface-grid");
    of_ijba(&card[4..], &results(&ijba));
    sound(&out).expect("a sound folder");
}

/// Each figure of pairs, found by what it is.
fn of_pairs(card: &Evaluation, results: &Results, mode: &str) {
    let find = |kind: &str, far: Option<f64>, mode: &str| {
        let same = |f: &&l2face_model::Figure| {
            f.r#type == kind && (far.is_none() || (f.args["far"].as_f64() == far && f.args["mode"] == mode))
        };
        let found: Vec<_> = card.metrics.iter().filter(same).collect();
        assert_eq!(found.len(), 1, "{kind} at {far:?}, {mode}");
        found[0]
    };
    let (accuracy, rates) = (results.accuracy.as_ref().expect("accuracy"), results.folds.as_ref().expect("rates"));
    let figure = find("accuracy", None, "");
    assert_eq!((figure.value, &figure.args["mode"]), (accuracy.mean, &json!(mode)));
    assert_eq!(figure.args["interval"], json!(accuracy.interval));
    for tar in &rates.tar {
        let figure = find("tar-at-far", Some(tar.far), &tar.mode.to_string());
        assert_eq!((figure.value, &figure.args["interval"]), (tar.tar, &json!(tar.interval)));
    }
    for people in &results.by_identity {
        let figure = find("tar-at-far", Some(people.target), "conservative");
        assert_eq!((figure.value, &figure.args["interval"]), (people.tar, &json!([people.low, people.high])));
    }
    assert_eq!((find("eer", None, "").value, find("auc", None, "").value), (rates.eer, rates.auc));
    let args = &card.dataset.args;
    assert_eq!((&args["failures"]["policy"], &args["aligned"]), (&json!("nist"), &json!(results.sources)));
    assert_eq!(args["align"], json!(results.align));
    let val = usize::from(rates.val.is_some());
    assert_eq!(card.metrics.len(), 3 + val + rates.tar.len() + results.by_identity.len());
}

fn of_ijba(card: &[Evaluation], results: &Results) {
    let table = results.ijba.as_ref().expect("a table");
    let value = |card: &Evaluation, name: &str| card.metrics.iter().find(|f| f.name == name).map(|f| f.value);
    for t in &table.summary.tar {
        assert_eq!(value(&card[0], &format!("TAR at FAR {:e}, conservative", t.far)), Some(t.conservative.mean));
        assert_eq!(value(&card[0], &format!("TAR at FAR {:e}, interpolated", t.far)), Some(t.interp.mean));
        let named = t.named.expect("bob's rule was asked for");
        assert_eq!(value(&card[0], &format!("TAR at FAR {:e}, bob", t.far)), Some(named.mean));
    }
    assert!(card[1].metrics.iter().filter(|f| f.r#type == "tpir-at-fpir").all(|f| f.args["mode"] == "bob"));
    for i in &results.by_identity {
        let name = format!("TAR at FAR {:e}, conservative, all splits' comparisons, one threshold", i.target);
        assert_eq!(value(&card[0], &name), Some(i.tar));
    }
    for t in &table.summary.ranks {
        assert_eq!(value(&card[1], &format!("rank {}", t.rank)), Some(t.rate.mean));
    }
    for t in &table.summary.tpir {
        assert_eq!(value(&card[1], &format!("TPIR at FPIR {:e}", t.fpir)), Some(t.tpir.mean));
    }
    let thirds = table.norm_bins.bins.iter().filter(|bin| bin.tar.is_some()).count();
    assert_eq!(card[0].metrics.len(), 3 * table.summary.tar.len() + 2 + thirds + results.by_identity.len());
    assert_eq!(card[1].metrics.len(), table.summary.ranks.len() + table.summary.tpir.len());
    for evaluation in card {
        assert_eq!(evaluation.dataset.args["failures"]["policy"], "drop");
        for figure in &evaluation.metrics {
            let [low, high] = [0, 1].map(|end| figure.args["interval"][end].as_f64().expect("an end"));
            assert!(
                low <= figure.value && figure.value <= high && figure.args["interval_is"].is_string(),
                "{figure:?}"
            );
        }
    }
}

#[test]
fn an_evaluation_of_the_packaged_folder_is_of_the_same_weights() {
    let folder = tempfile::tempdir().expect("a folder");
    let (row, first, again) =
        (row_and_faces(folder.path()).0, folder.path().join("first"), folder.path().join("again"));
    package(&first, &[]).expect("a model");
    let of_row = on_lfw(folder.path(), "of-row", &row, &[]);
    let of_folder = on_lfw(folder.path(), "of-folder", &first, &[]);
    let (a, b) = (results(&of_row).model, results(&of_folder).model);
    assert_ne!(a.sha256, b.sha256, "two files");
    assert_eq!((a.weights.is_some(), &a.weights, a.antialias), (true, &b.weights, Some(true)));
    package(&again, &[&format!("row={}", text(&of_row)), &format!("folder={}", text(&of_folder))]).expect("a model");
    let weights = ModelFolder::open(&again).and_then(|model| model.weights()).expect("weights");
    assert_eq!(a.weights, l2face_experiments::hash::tensors(weights.tensors()).ok(), "those in the folder");
    let figures: Vec<_> = card(&again)[2..].iter().map(|e| e.metrics.clone()).collect();
    assert_eq!(figures[0], figures[1], "the same crops, the same network, the same figures");
}

#[test]
fn what_is_of_another_model_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (row, data, _) = row_and_faces(folder.path());
    let out = folder.path().join("model");
    let refused = |evaluations: &[&str], say: &[&str]| {
        let error = package(&out, evaluations).expect_err("an evaluation of something else");
        for word in say {
            assert!(error.contains(word), "{word:?} is not in: {error}");
        }
        assert!(!error.contains('\n') && !out.exists(), "{error}");
    };
    let other = on_lfw(folder.path(), "other", &row.with_file_name("l2-8-seed2"), &[]);
    refused(&[text(&other)], &["other/results.json", "another model", "l2-8-seed2", "model folder"]);
    let colours = on_lfw(folder.path(), "colours", &row, &["--preproc", "bgr,127.5,128"]);
    refused(&[text(&colours)], &["colours/results.json", "another input", "order: rgb here, bgr there"]);
    refused(&[text(&finished().1)], &["results.json", "schema", "cargo xtask evaluate"]);
    refused(&[text(&data)], &["--evaluation", "results.json"]);
    let sound = on_lfw(folder.path(), "sound", &row, &[]);
    let named = format!("a-b={}", text(&sound));
    refused(&[&named, &format!("A b={}", text(&sound))], &["two are called a-b", "NAME=DIR"]);

    // Plain bilinear: older versions took a row's crops so.
    let edit = |name: &str, change: &dyn Fn(&mut Value)| {
        let to = folder.path().join(name);
        copy(&sound, &to);
        let mut value: Value = serde_json::from_slice(&read(&to, "results.json")).expect("JSON");
        change(&mut value["model"]);
        std::fs::write(to.join("results.json"), value.to_string()).expect("a file");
        to
    };
    let drop_key = |model: &mut Value, key: &str| drop(model.as_object_mut().expect("an object").remove(key));
    let plain = edit("plain", &|model| model["antialias"] = json!(false));
    refused(&[text(&plain)], &["antialias: true here, false there", "model folder"]);
    let unsaid = edit("unsaid", &|model| drop_key(model, "antialias"));
    refused(&[text(&unsaid)], &["antialias: true here, not noted there"]);
    let old = edit("old", &|model| {
        drop_key(model, "weights");
        model["sha256"] = json!("0".repeat(64));
    });
    refused(&[text(&old)], &["another model", "before evaluations noted their tensors"]);
    // One of this very file counts without them.
    let old = edit("older", &|model| drop_key(model, "weights"));
    package(&out, &[text(&old)]).expect("the same file");
    assert!(results(&out.join("evaluations/lfw")).model.weights.is_some());
}
