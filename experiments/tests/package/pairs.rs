//! Runs of `reproduce lfw` and `ytf`.
use crate::common::{program_of, read, stderr, tiny};
use crate::made::{copy, packaged};
use l2face_experiments::package::sound;
use l2face_experiments::report::pairs::PairResults;
use l2face_model::{files, Evaluation, Figure, Metadata, Model, CARD};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

const ROW: [&str; 6] = ["--license", "MIT", "--row", "l2:8", "--seed", "2"];

fn run(experiment: &str, folder: &Path) -> PathBuf {
    let out = folder.join(experiment);
    let mut program = program_of(experiment);
    let words = ["--set", "data.world.impostors=6", "--seeds", "1,2", "--rows", "softmax,l2:8"];
    program.arg("--config").arg(tiny(folder)).args(words).arg("--out").arg(&out);
    let done = program.output().expect("the program");
    assert!(done.status.success(), "{}", stderr(&done));
    out
}

fn results(folder: &Path) -> PairResults {
    serde_json::from_slice(&read(folder, "results.json")).expect("results")
}

fn only_evaluation(folder: &Path) -> Evaluation {
    let metadata = Metadata::of(&String::from_utf8(read(folder, CARD)).expect("text")).expect("metadata");
    let mut all = metadata.model_index[0].results.clone();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The only figure of a type, at a FAR where there are several.
fn only<'a>(all: &'a [Figure], kind: &str, far: Option<f64>) -> &'a Figure {
    let mut found = all.iter().filter(|f| f.r#type == kind && (far.is_none() || f.args["far"].as_f64() == far));
    let figure = found.next().unwrap_or_else(|| panic!("{kind} at {far:?}"));
    assert_eq!(found.count(), 0, "{kind} at {far:?} stands there once");
    figure
}

#[test]
fn every_figure_of_the_row_stands_on_the_card() {
    let folder = tempfile::tempdir().expect("a folder");
    for (experiment, protocol) in [("lfw", "LFW, 10 folds"), ("ytf", "YouTube Faces, 10 folds")] {
        let (run, out) = (run(experiment, folder.path()), folder.path().join(format!("{experiment}-model")));
        let said = packaged(&run, &out, &ROW).expect("a model");
        assert!(said.contains("row l2:8, seed 2"), "{said}");
        Model::from_folder(&out, &candle_core::Device::Cpu).and_then(|model| model.check()).expect("a sound model");
        let (whole, own) = (results(&run), results(&out));
        assert_eq!((own.rows.len(), own.data.seeds.as_slice(), own.rows[0].per_seed.len()), (1, &[2][..], 1));
        let json = |seed: &_| serde_json::to_value(seed).expect("JSON");
        assert_eq!(json(&own.rows[0].per_seed[0]), json(&whole.rows[1].per_seed[1]), "that of the packaged network");
        for file in ["report.md", "report.html", "plots/roc.svg", "metrics.jsonl"] {
            assert!(files(&out).expect("files").iter().any(|name| name == file), "{file}");
        }
        let evaluation = only_evaluation(&out);
        let args = &evaluation.dataset.args;
        assert_eq!((evaluation.dataset.r#type.as_str(), &args["protocol"]), ("l2face-generated", &json!(protocol)));
        assert_eq!((&args["failures"]["policy"], &args["seed"]), (&json!("nist"), &json!(2)));
        as_measured(&evaluation.metrics, &json(&own.rows[0].per_seed[0]));
    }
}

fn as_measured(figures: &[Figure], seed: &Value) {
    let (accuracy, rates) = (&seed["accuracy"], &seed["rates"]);
    let figure = only(figures, "accuracy", None);
    assert_eq!(Some(figure.value), accuracy["mean"].as_f64());
    for key in ["mode", "std", "interval", "folds", "right", "pairs"] {
        assert_eq!(figure.args[key], accuracy[key], "{key}");
    }
    let tars = rates["tar"].as_array().expect("rates");
    for (tar, people) in tars.iter().zip(seed["by_identity"].as_array().expect("intervals")) {
        let figure = only(figures, "tar-at-far", tar["far"].as_f64());
        assert_eq!(Some(figure.value), tar["tar"].as_f64());
        assert_eq!((&figure.args["mode"], &figure.args["interval"]), (&tar["mode"], &tar["interval"]));
        assert_eq!(figure.args["by_identity"]["interval"], json!([people["low"], people["high"]]));
    }
    let val = only(figures, "val-at-far", None);
    assert_eq!((json!(val.value), &val.args["std"]), (rates["val"][0].clone(), &rates["val"][1]));
    for kind in ["eer", "auc"] {
        let figure = only(figures, kind, None);
        assert_eq!((json!(figure.value), &figure.args["interval"]), (rates[kind].clone(), &Value::Null));
    }
    assert_eq!(figures.len(), tars.len() + 4);
}

#[test]
fn no_path_of_a_users_folders_is_given_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run("lfw", folder.path());
    let real = folder.path().join("real");
    copy(&run, &real);
    let edit = |file: &str, change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_slice(&read(&real, file)).expect("JSON");
        change(&mut value);
        std::fs::write(real.join(file), serde_json::to_vec(&value).expect("JSON")).expect("a file");
    };
    edit("results.json", &|all| {
        let data = &mut all["config"]["data"];
        data["kind"] = json!("real");
        for (key, path) in
            [("set", "/mnt/someone/lfw"), ("pairs", "lists/someone/pairs.txt"), ("train", "/mnt/someone/faces")]
        {
            data[key] = json!(path);
        }
        data["detector"] = json!("weights/of/someone/mtcnn");
        all["data"]["command"] = json!("cargo xtask reproduce lfw --data /mnt/someone/lfw --pairs lists/someone/pairs.txt --detector weights/of/someone/mtcnn");
        let warnings = all["warnings"].as_array_mut().expect("warnings");
        warnings.push(json!("3 of the 20 people tested are known"));
    });
    edit("rows/l2-8-seed2/row.json", &|row| {
        row["measured"]["rates"]["list"]["file"] = json!("lists/someone/pairs.txt")
    });
    let out = folder.path().join("model");
    packaged(&real, &out, &[&ROW[..], &["--train-license", "CC-BY-4.0"]].concat()).expect("a model");
    for name in files(&out).expect("files") {
        assert!(!String::from_utf8_lossy(&read(&out, &name)).contains("someone"), "{name}");
    }
    let own = results(&out);
    assert_eq!(own.data.command, "cargo xtask reproduce lfw --data lfw --pairs pairs.txt --detector mtcnn");
    assert!(
        own.warnings.iter().any(|text| text.contains("3 of the 20")),
        "what was known of the data: {:?}",
        own.warnings
    );
    let evaluation = only_evaluation(&out);
    assert_eq!((evaluation.dataset.r#type.as_str(), evaluation.dataset.name.as_str()), ("lfw", "lfw"));
    assert_eq!(
        (&evaluation.dataset.args["list"]["file"], &evaluation.dataset.args["align"]),
        (&json!("pairs.txt"), &json!("detect, then auto"))
    );
    sound(&out).expect("a sound folder");
}

#[test]
fn a_broken_run_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run("lfw", folder.path());
    let out = folder.path().join("model");
    let refused = |say: &str| {
        let error = packaged(&run, &out, &ROW).expect_err(say);
        assert!(error.contains(say) && !out.exists(), "{say:?} is not in: {error}");
    };
    std::fs::remove_file(run.join("rows/l2-8-seed2/row.json")).expect("a file");
    refused("the row is not finished");
    let text = String::from_utf8(read(&run, "results.json")).expect("text");
    let put = |text: &str| std::fs::write(run.join("results.json"), text).expect("a file");
    put(&text.replace("l2face-pairs/1", "l2face-pairs/2"));
    refused("results.json: its schema is \"l2face-pairs/2\"");
    put("{\"schema\": \"l2face-pairs/1\"}");
    refused("results.json: missing field");
    let mut none: Value = serde_json::from_str(&text).expect("JSON");
    none["rows"] = json!([]);
    put(&none.to_string());
    refused("no rows");
}
