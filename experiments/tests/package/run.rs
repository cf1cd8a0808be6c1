//! `cargo xtask package` on a finished run of `reproduce ijba`: what the folder holds, that it opens, and what is refused.
use crate::common::{self, read, stderr};
use crate::made::{copy, finished, packaged, photographs, read_results, ROW};
use l2face_model::{files, Metadata, Model, ModelFolder, CARD};
use std::path::Path;
use std::process::Command;

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
    let thirds = thirds(&results[0].metrics, run);
    let count: usize = results.iter().map(|e| e.metrics.len()).sum();
    assert_eq!(count, 2 * mean.tar.len() + mean.rank.len() + mean.tpir.len() + thirds);
    assert!(results[0].dataset.args["protocol"].as_str().is_some_and(|p| p == "IJB-A 1:1, 10 splits"));
    for say in ["11,636,328", "nobody's", "Model::from_hub(&hub, \"owner/small-faces\""] {
        assert!(card.contains(say), "{say:?} is not in the card");
    }
}

/// Compares the figures by feature norm with the counts that the row kept, which no other code of `package` reads; how many there are.
fn thirds(figures: &[l2face_model::Figure], run: &Path) -> usize {
    let row: serde_json::Value = serde_json::from_slice(&read(run, "rows/l2-trained-seed2/row.json")).expect("JSON");
    let figures: Vec<_> = figures.iter().filter(|figure| figure.r#type == "tar-at-far-by-norm").collect();
    let bins = row["measured"]["norm_bins"]["bins"].as_array().expect("thirds");
    assert_eq!(figures.len(), bins.len());
    for (figure, bin) in figures.iter().zip(bins) {
        let (tar, genuine) = (bin["tar"].as_f64().expect("a rate"), bin["genuine"].as_u64().expect("a count") as usize);
        let accepted = (0..=genuine).find(|n| *n as f64 / genuine as f64 == tar).expect("a share of the genuine ones");
        let (low, high) = l2face_metrics::clopper_pearson(accepted, genuine, 0.95).expect("an interval");
        assert_eq!((figure.value, &figure.args["interval"]), (tar, &serde_json::json!([low, high])));
        assert!(figure.args["interval_is"].as_str().is_some_and(|is| is.contains("Clopper-Pearson")));
        assert!(low < high && low <= tar && tar <= high);
    }
    figures.len()
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
