//! What is found when a packaged folder was edited before it is published.
use crate::common::read;
use crate::made::{finished, packaged, verification_file, ROW};
use l2face_experiments::evaluate::{self, cli};
use l2face_experiments::{message, package::sound};
use l2face_model::{CARD, LOADER, RESULTS};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A sound folder with an evaluation.
fn model() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = |path: &Path| path.to_str().expect("UTF-8").to_string();
    let [data, of_bin, cache, row] = [
        verification_file(folder.path()),
        folder.path().join("of-bin"),
        folder.path().join("cache"),
        finished().1.join("rows/l2-trained-seed2"),
    ]
    .map(|path| text(&path));
    let words = ["evaluate", "bin", "--data", &data, "--model", &row, "--cache", &cache, "--out", &of_bin];
    let args: cli::Args = clap::Parser::try_parse_from(words).expect("arguments");
    evaluate::run(&args).expect("results");
    let out = folder.path().join("model");
    packaged(&finished().1, &out, &[&ROW[..], &["--evaluation", &of_bin]].concat()).expect("a model");
    sound(&out).expect("sound before it is edited");
    (folder, out)
}

#[track_caller]
fn refused(folder: &Path, say: &[&str]) {
    let error = message(&sound(folder).expect_err("a fault"));
    for word in say {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
}

/// Replaces a text by another, and back after `then`.
fn edited(path: &Path, from: &str, to: &str, then: impl FnOnce()) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from), "{from:?} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).expect("a file");
    then();
    fs::write(path, text).expect("a file");
}

/// The first line of a card that holds a key, as it stands there.
fn line(folder: &Path, key: &str) -> String {
    let card = String::from_utf8(read(folder, CARD)).expect("text");
    card.lines().find(|line| line.trim_start().starts_with(key)).expect(key).to_string() + "\n"
}

#[test]
fn figures_that_were_not_measured() {
    let (_keep, out) = model();
    let card = out.join(CARD);
    let (value, interval) = (line(&out, "value:"), line(&out, "mode: conservative"));
    edited(&card, &value, "      value: 0.9999\n", || {
        refused(&out, &["README.md", "model-index", "0.9999, measured was"])
    });
    edited(&card, &interval, &interval.replace("conservative", "pfe"), || refused(&out, &["README.md", "its mode"]));
    edited(&card, "split", "spilt", || refused(&out, &["README.md"]));
    edited(&card, "type: l2face-generated", "type: ijb-a", || {
        refused(&out, &["README.md", "a program drew these faces"])
    });
    edited(&card, "model-index:", "other-index:", || {
        refused(&out, &["README.md", "it has 0 evaluations, measured were 3"])
    });
    let bin = out.join("evaluations/colours/results.json");
    edited(&bin, "\"eer\": ", "\"eer\": 0.1e-3, \"was\": ", || refused(&out, &["README.md", "EER"]));
    fs::rename(out.join("evaluations"), out.with_file_name("aside")).expect("a folder");
    refused(&out, &["it has 3 evaluations, measured were 2"]);
}

#[test]
fn results_that_are_not_these() {
    let (_keep, out) = model();
    let path = out.join(RESULTS);
    let mut all: Value = serde_json::from_slice(&read(&out, RESULTS)).expect("JSON");
    let text = fs::read(&path).expect("a file");
    let mean = all["rows"][0]["mean"]["tar"][0]["conservative"]["mean"].as_f64().expect("a rate");
    all["rows"][0]["mean"]["tar"][0]["conservative"]["mean"] = (mean + 0.01).into();
    fs::write(&path, all.to_string()).expect("a file");
    refused(&out, &["README.md", "TAR at FAR 1e-4, conservative", "measured was"]);
    all["config"]["rows"][0] = "l2:8".into();
    fs::write(&path, all.to_string()).expect("a file");
    refused(&out, &["results.json", "another network"]);
    fs::write(&path, "{}").expect("a file");
    refused(&out, &["results.json", "schema"]);
    fs::write(&path, text).expect("a file");
    let bin = out.join("evaluations/colours/results.json");
    edited(&bin, "\"weights\": \"", "\"weights\": \"0", || refused(&out, &["colours/results.json", "other weights"]));
    edited(&bin, "\"rgb\"", "\"bgr\"", || refused(&out, &["colours/results.json", "another input"]));
    sound(&out).expect("sound again");
}

#[test]
fn a_licence_that_is_none_and_files_that_are_gone() {
    let (_keep, out) = model();
    let card = out.join(CARD);
    edited(&card, "license: cc-by-nc-4.0", "license: as you like", || {
        refused(&out, &["README.md", "licence `as you like`"])
    });
    edited(&card, "license: cc-by-nc-4.0", "license: other\nlicense_name: licenseref-x", || {
        refused(&out, &["need a link"])
    });
    for name in [
        CARD,
        LOADER,
        RESULTS,
        "config.json",
        "model.safetensors",
        "check.safetensors",
        "evaluations/colours/results.json",
    ] {
        let bytes = read(&out, name);
        fs::remove_file(out.join(name)).expect("a file");
        refused(&out, &[name, "missing"]);
        fs::write(out.join(name), bytes).expect("a file");
    }
    sound(&out).expect("sound again");
}

#[test]
fn words_may_be_edited() {
    let (_keep, out) = model();
    let card = out.join(CARD);
    let text = fs::read_to_string(&card).expect("a card");
    let text =
        text.replace("name: colours", "name: Colours, which are no faces").replace("type: colours", "type: made-up");
    let text = text.replacen("license: cc-by-nc-4.0", "license: mit\nlanguage: en", 1) + "\n## More\n\nIt was fun.\n";
    assert!(text.contains("no faces"));
    fs::write(&card, text).expect("a file");
    assert_eq!(sound(&out).expect("a sound folder").card.license, "mit");
}

/// The weights of another seed of the same row: everything fits, but the figures are not theirs.
#[test]
fn weights_of_another_seed() {
    let (folder, out) = model();
    let other = folder.path().join("other");
    packaged(&finished().1, &other, &["--license", "MIT", "--row", "l2:trained", "--seed", "1"]).expect("a model");
    for file in ["model.safetensors", "check.safetensors"] {
        fs::copy(other.join(file), out.join(file)).expect("a file");
    }
    refused(&out, &["results.json", "of other weights", "package the model again"]);
}
