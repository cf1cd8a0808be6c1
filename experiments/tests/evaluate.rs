//! `cargo xtask evaluate` on photographs that the test makes: people are colours, the embedder is the mean colour.
#[path = "common/colours.rs"]
mod colours;

use clap::Parser;
use colours::{embedder, embedder_less, evaluate, text, PEOPLE, SIDE};
use l2face_eval::{pack_bin, FoldScores};
use l2face_experiments::evaluate::{calibrate, markdown, verify};
use l2face_image::Rgb8;
use l2face_metrics::{train_test_accuracy, AccuracyMode, Pair};
use std::fs;
use std::path::{Path, PathBuf};

/// A photograph of a person, a crop already.
fn photo(person: usize, number: usize) -> Rgb8 {
    colours::photo(SIDE, person, number)
}

/// LFW's layout: six people of two photographs, two folds of three pairs of each kind.
fn lfw(folder: &Path) -> PathBuf {
    let root = folder.join("lfw");
    for person in 0..PEOPLE {
        let name = format!("P{person}");
        fs::create_dir_all(root.join(&name)).expect("a folder");
        for number in 1..3 {
            let path = root.join(&name).join(format!("{name}_{number:04}.jpg"));
            fs::write(path, photo(person, number).encode_jpeg(95).expect("a photograph")).expect("a file");
        }
    }
    let fold = |of: std::ops::Range<usize>| -> String {
        let same: String = of.clone().map(|p| format!("P{p}\t1\t2\n")).collect();
        same + &of.map(|p| format!("P{p}\t1\tP{}\t2\n", (p + 1) % PEOPLE)).collect::<String>()
    };
    fs::write(root.join("pairs.txt"), format!("2\t3\n{}{}", fold(0..3), fold(3..6))).expect("a list");
    root
}

#[test]
fn colours_are_told_apart_and_a_second_run_gives_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (lfw(folder.path()), embedder(folder.path()));
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    let words = [
        "lfw",
        "--data",
        text(&data),
        "--model",
        text(&model),
        "--preproc",
        "rgb,127.5,128",
        "--align",
        "whole",
        "--cache",
        text(&cache),
        "--out",
        text(&out),
    ];
    let results = evaluate(&words).expect("results");
    let accuracy = results.accuracy.as_ref().expect("folds");
    assert_eq!((accuracy.mean, accuracy.std, accuracy.right, accuracy.pairs), (100., Some(0.), 12, 12));
    assert!(accuracy.interval[0] > 70. && accuracy.interval[1] == 100.);
    let rates = results.folds.as_ref().expect("rates");
    assert_eq!((rates.genuine, rates.impostor, rates.eer, rates.auc), (6, 6, 0., 1.));
    assert!(rates.tar.iter().all(|t| t.tar == 1. && t.k_zero), "six impostors allow no false accept");
    assert_eq!(results.sources["whole photograph"], 12);
    let report = markdown(&results);
    assert_eq!(results.by_identity.len(), 4);
    assert!(results.by_identity.iter().all(|i| (i.low, i.tar, i.high, i.identities) == (1., 1., 1., PEOPLE)));
    assert!(fs::read_to_string(out.join("report.html")).expect("a page").contains("<svg"), "the ROC");
    for part in [
        "Accuracy **100.00 +- 0.00 %**",
        "| 1e-3 | 1.0000 * |",
        "whole photograph 12",
        "--align whole",
        "plots/roc.svg",
        "6 people resampled",
    ] {
        assert!(report.contains(part), "{part} is not in:\n{report}");
    }
    let json = fs::read(out.join("results.json")).expect("results.json");
    let scores: l2face_eval::FoldScores =
        serde_json::from_slice(&fs::read(out.join("scores.json")).expect("scores")).expect("scores");
    assert_eq!(scores.scores.len(), 12);
    // The shard is read back: a network that is not there any more is not asked.
    let shard = fs::read_dir(&cache)
        .expect("a cache")
        .flatten()
        .next()
        .expect("a folder")
        .path()
        .join("shard-00000.safetensors");
    let written = fs::metadata(&shard).expect("a shard").modified().expect("a time");
    evaluate(&words).expect("results");
    assert_eq!(fs::read(out.join("results.json")).expect("results.json"), json, "the same bytes");
    assert_eq!(fs::metadata(&shard).expect("a shard").modified().expect("a time"), written, "not embedded again");
    // Another preprocessing is another folder of embeddings.
    let other: Vec<&str> = words.iter().map(|w| if *w == "rgb,127.5,128" { "bgr,127.5,128" } else { w }).collect();
    evaluate(&other).expect("results");
    assert_eq!(fs::read_dir(&cache).expect("a cache").count(), 2);
}

/// A verification file of so many pairs: one person, two, one, two, ...
fn verification_file(folder: &Path, pairs: usize) -> PathBuf {
    let encoded: Vec<Vec<u8>> = (0..pairs)
        .flat_map(|i| {
            let (a, b) = (i % PEOPLE, if i % 2 == 0 { i % PEOPLE } else { (i + 1) % PEOPLE });
            [photo(a, 1), photo(b, 2)].map(|image| image.encode_png().expect("an image"))
        })
        .collect();
    let same: Vec<bool> = (0..pairs).map(|i| i % 2 == 0).collect();
    let path = folder.join("colours.bin");
    let mut bytes = Vec::new();
    pack_bin(&mut bytes, &same, |i| Ok(encoded[i].clone())).expect("bytes");
    fs::write(&path, bytes).expect("a file");
    path
}

#[test]
fn a_verification_file_gives_what_its_images_give() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = embedder(folder.path());
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    let of = |pairs: usize| {
        let path = verification_file(folder.path(), pairs);
        let files =
            ["bin", "--data", text(&path), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
        evaluate(&[&files[..], &["--preproc", "rgb,127.5,128", "--accuracy", "exact"]].concat())
    };
    let results = of(20).expect("results");
    let accuracy = results.accuracy.expect("folds");
    assert_eq!((accuracy.mean, accuracy.pairs, accuracy.folds.len()), (100., 20, 10));
    assert!(results.folds.expect("rates").val.is_some());
    // scikit-learn's KFold(10) on 12 pairs: 2, 2, and eight times 1.
    let results = of(12).expect("results");
    assert_eq!(results.accuracy.as_ref().expect("folds").folds.len(), 10);
    let scores: l2face_eval::FoldScores =
        serde_json::from_slice(&fs::read(out.join("scores.json")).expect("scores")).expect("scores");
    assert_eq!(scores.fold, [0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(markdown(&results).contains("no VAL"), "a fold of one pair has no rate");
    let error = of(9).expect_err("too few");
    assert!(error.contains("colours.bin") && error.contains('9') && error.contains("10"), "{error}");
}

/// A Dev list: three people of two photographs, three pairs of each kind.
fn dev_list(root: &Path, name: &str, first: usize) -> PathBuf {
    let same: String = (0..3).map(|p| format!("P{}\t1\t2\n", first + p)).collect();
    let other: String = (0..3).map(|p| format!("P{}\t1\tP{}\t2\n", first + p, first + (p + 1) % 3)).collect();
    let path = root.join(name);
    fs::write(&path, format!("3\n{same}{other}")).expect("a list");
    path
}

#[test]
fn one_fold_has_its_threshold_from_another_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (lfw(folder.path()), embedder(folder.path()));
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    let (train, test) = (dev_list(&data, "pairsDevTrain.txt", 0), dev_list(&data, "pairsDevTest.txt", 3));
    let base = ["lfw", "--data", text(&data), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
    let more = ["--preproc", "rgb,127.5,128", "--align", "whole", "--accuracy", "exact"];
    let of = |words: &[&str]| evaluate(&[&base[..], &more, words].concat());
    let error = of(&["--pairs", text(&test)]).expect_err("no threshold");
    assert!(error.contains("pairsDevTest.txt is one fold") && error.contains("--train-pairs"), "{error}");
    let error = of(&["--train-pairs", text(&train)]).expect_err("two folds");
    assert!(error.contains("goes with a list of one fold"), "{error}");
    assert!(!out.exists(), "nothing is left behind");

    let chosen = |train: &Path, test: &Path| of(&["--pairs", text(test), "--train-pairs", text(train)]);
    let results = chosen(&train, &test).expect("results");
    let accuracy = results.accuracy.as_ref().expect("accuracy");
    assert_eq!((accuracy.std, accuracy.pairs, accuracy.folds.len()), (None, 6, 1));
    assert_eq!(accuracy.mean, 100. * accuracy.right as f64 / 6.);
    let on = accuracy.chosen_on.as_ref().expect("a list");
    assert_eq!((on.list.file.as_path(), on.pairs, on.accuracy), (train.as_path(), 6, 100.));
    let json = fs::read_to_string(out.join("results.json")).expect("results.json");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(json["accuracy"]["mean"].is_number() && json["accuracy"].get("std").is_none(), "{}", json["accuracy"]);
    let report = markdown(&results);
    for part in ["chosen on the 6 pairs of", "pairsDevTrain.txt", "--train-pairs", "no VAL"] {
        assert!(report.contains(part), "{part} is not in:\n{report}");
    }
    // Each list's scores, from a run in which it is the tested one; the threshold is that of the training list.
    let of_list = |list: &Path, other: &Path| {
        chosen(other, list).expect("results");
        let scores = fs::read(out.join("scores.json")).expect("scores");
        let scores: FoldScores = serde_json::from_slice(&scores).expect("scores");
        let pairs = Pair::zip(&scores.scores, &scores.same).expect("pairs");
        train_test_accuracy(&pairs, &pairs, AccuracyMode::Exact).expect("a threshold").score_threshold
    };
    assert_eq!(accuracy.thresholds, [of_list(&train, &test)], "that of the training list");
    assert_ne!(accuracy.thresholds, [of_list(&test, &train)], "not that of the test list");
}

#[test]
fn a_threshold_is_not_chosen_on_people_who_are_tested() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (lfw(folder.path()), embedder(folder.path()));
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    let (train, test) = (dev_list(&data, "pairsDevTrain.txt", 0), dev_list(&data, "pairsDevTest.txt", 2));
    let base = ["lfw", "--data", text(&data), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
    let lists =
        ["--preproc", "rgb,127.5,128", "--align", "whole", "--pairs", text(&test), "--train-pairs", text(&train)];
    let error = evaluate(&[&base[..], &lists].concat()).expect_err("P2 is in both");
    for part in ["1 of the 3 people of", "pairsDevTrain.txt are in", "pairsDevTest.txt, too, P2 among them"] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    assert!(!out.exists(), "nothing is left behind");
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (lfw(folder.path()), embedder(folder.path()));
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    let base = ["lfw", "--data", text(&data), "--model", text(&model), "--cache", text(&cache), "--out", text(&out)];
    let refused = |more: &[&str], parts: &[&str]| {
        let error = evaluate(&[&base[..], more].concat()).expect_err("must be refused");
        for part in parts {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
        assert!(!out.exists(), "nothing is left behind");
    };
    refused(&[], &["colour.onnx", "--preproc rgb,127.5,128"]);
    let preproc = ["--preproc", "rgb,127.5,128"];
    refused(&[&preproc[..], &["--align", "detect"]].concat(), &["--detector PATH"]);
    refused(&[&preproc[..], &["--tpe"]].concat(), &["--tpe is for ijba"]);
    for pool in ["det=on", "pool=quality:0.3"] {
        let words = [&preproc[..], &["--align", "whole", "--pool", pool]].concat();
        refused(&words, &["weighs faces by a detector's scores", "--align detect"]);
    }
    refused(&[&preproc[..], &["--legacy-insightface-1n"]].concat(), &["--legacy-insightface-1n is for ijbb and ijbc"]);
    refused(&[&preproc[..], &["--align", "up"]].concat(), &["`up` is none of auto"]);
    refused(&[&preproc[..], &["--failures", "ignore"]].concat(), &["`ignore` is none of nist"]);
    refused(&[&preproc[..], &["--pairs", "absent.txt"]].concat(), &["absent.txt"]);
    fs::remove_file(data.join("P3/P3_0002.jpg")).expect("it was there");
    refused(&preproc, &["P3/P3_0002.jpg"]);
    let wide = Rgb8::from_fn(20, 10, |_, _| [1; 3]).encode_jpeg(90).expect("a photograph");
    fs::write(data.join("P3/P3_0002.jpg"), wide).expect("a file");
    let error = evaluate(&[&base[..], &preproc[..], &["--align", "whole"]].concat()).expect_err("no crop");
    assert!(error.contains("P3_0002.jpg") && error.contains("20x10 is no crop of 16x16"), "{error}");
}

#[test]
fn a_threshold_is_calibrated_and_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (lfw(folder.path()), embedder(folder.path()));
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    let preproc = ["--preproc", "rgb,127.5,128"];
    let words = [
        "lfw",
        "--data",
        text(&data),
        "--model",
        text(&model),
        "--align",
        "whole",
        "--cache",
        text(&cache),
        "--out",
        text(&out),
    ];
    evaluate(&[&words[..], &preproc[..]].concat()).expect("results");
    let calibrated = |words: &[&str]| {
        let args = calibrate::Args::try_parse_from([&["calibrate", "--run", text(&out)], words].concat());
        calibrate::calibrate(&args.map_err(|e| e.to_string())?).map_err(|e| l2face_experiments::message(&e))
    };
    let said = calibrated(&["--far", "0.2"]).expect("a threshold");
    assert!(said.contains("of 6 impostor pairs") && said.contains("TAR 1.0000") && !said.contains("k=0"), "{said}");
    assert!(calibrated(&["--far", "0.001"]).expect("a threshold").contains("k=0"));
    assert!(calibrated(&["--far", "2"]).expect_err("no rate").contains("[0, 1]"));
    assert!(calibrated(&["--far", "0.1", "--mode", "interp"]).expect_err("no threshold").contains("conservative"));
    let scores = fs::read(out.join("scores.json")).expect("scores");
    fs::write(out.join("scores.json"), [&scores[..], b" "].concat()).expect("a file");
    let error = calibrated(&["--far", "0.2"]).expect_err("scores of another run");
    assert!(error.contains("not those of its results.json") && error.contains("evaluate again"), "{error}");
    fs::write(out.join("scores.json"), scores).expect("a file");
    let calibration = out.join("calibration.json");
    let picture = folder.path().join("both.png");
    let photo = |person: usize, number: usize| data.join(format!("P{person}/P{person}_{number:04}.jpg"));
    let verified = |a: &Path, b: &Path, more: &[&str]| {
        let words =
            ["verify", text(a), text(b), "--model", text(&model), "--align", "whole", "--picture", text(&picture)];
        let args = verify::Args::try_parse_from([&words[..], more].concat()).map_err(|e| e.to_string())?;
        verify::verify(&args).map_err(|e| l2face_experiments::message(&e))
    };
    let by = ["--calibration", text(&calibration)];
    assert!(verified(&photo(1, 1), &photo(1, 2), &by).expect("an answer").contains("one person"));
    assert!(verified(&photo(1, 1), &photo(2, 2), &by).expect("an answer").contains("two persons"));
    let both = Rgb8::open(&picture).expect("a picture");
    assert_eq!((both.width(), both.height()), (2 * SIDE, SIDE));
    assert!(verified(&photo(1, 1), &photo(1, 2), &preproc).expect("an answer").contains("no decision"));
    let warned = |align: &str| {
        let words = ["verify", "a.jpg", "b.jpg", "--model", text(&model), "--align", align];
        verify::warning(&verify::Args::try_parse_from([&words[..], &by].concat()).expect("arguments"))
    };
    assert_eq!(warned("whole").expect("a calibration"), None, "aligned alike");
    let warning = warned("detect").expect("a calibration").expect("aligned otherwise");
    assert!(warning.contains("other than `detector` (whole photograph 12)") && !warning.contains('\n'), "{warning}");
    let other = [&by[..], &["--preproc", "bgr,127.5,128"]].concat();
    assert!(verified(&photo(1, 1), &photo(1, 2), &other)
        .expect_err("another input")
        .contains("order: bgr here, rgb there"));
    embedder_less(folder.path(), 0.2);
    let error = verified(&photo(1, 1), &photo(1, 2), &by).expect_err("another model");
    assert!(error.contains("another model"), "{error}");
}
