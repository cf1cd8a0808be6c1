//! What may be published: the files of a model folder, and nothing that lies there by chance or leads elsewhere.
use crate::common::{face_resnet, packed};
use l2face_model::*;
use std::fs;
use std::path::Path;

#[track_caller]
fn refused(change: impl FnOnce(&Path), say: &[&str]) {
    let (_keep, path) = packed(&face_resnet());
    change(&path);
    let error = files(&path).expect_err("a stranger").to_string();
    for word in say {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
}

#[test]
fn everything_known_is_listed() {
    let (_keep, path) = packed(&face_resnet());
    for name in [RESULTS, METRICS, "report.md", "report.html"] {
        fs::write(path.join(name), "a").expect("a file");
    }
    fs::create_dir(path.join(PLOTS)).expect("a folder");
    fs::write(path.join("plots/roc.svg"), "a").expect("a file");
    let names = files(&path).expect("files");
    assert_eq!(names.len(), 11);
    assert!(names.contains(&"plots/roc.svg".to_string()) && names.contains(&METRICS.to_string()), "{names:?}");
}

#[test]
fn strangers_are_refused() {
    let put = |name: &'static str| move |p: &Path| fs::write(p.join(name), "a").expect("a file");
    refused(put("token"), &["token", "no part of a model folder"]);
    refused(put(".env"), &[".env", "no part"]);
    refused(put("face.jpg"), &["face.jpg", "no part"]);
    refused(|p| fs::create_dir(p.join("photographs")).expect("a folder"), &["photographs", "no part"]);
    refused(
        |p| {
            fs::create_dir_all(p.join("plots/more")).expect("a folder");
        },
        &["more", "no part"],
    );
    refused(put("plots"), &["plots", "not a folder"]);
    for name in [CARD, CHECK, CONFIG, WEIGHTS, LOADER, RESULTS] {
        refused(|p| fs::remove_file(p.join(name)).expect("a file"), &[name, "missing"]);
    }
}

/// An evaluation's folder in a model's.
fn evaluation(folder: &Path) -> std::path::PathBuf {
    let lfw = folder.join(EVALUATIONS).join("lfw");
    fs::create_dir_all(lfw.join(PLOTS)).expect("a folder");
    for name in [RESULTS, "report.md", "report.html", "plots/roc.svg"] {
        fs::write(lfw.join(name), "a").expect("a file");
    }
    lfw
}

#[test]
fn evaluations_are_listed_and_nothing_beside_them() {
    let (_keep, path) = packed(&face_resnet());
    evaluation(&path);
    let names = files(&path).expect("files");
    assert_eq!(names.len(), 11);
    for name in ["evaluations/lfw/results.json", "evaluations/lfw/plots/roc.svg"] {
        assert!(names.iter().any(|n| n == name), "{name} is not among {names:?}");
    }
    refused(|p| fs::write(evaluation(p).join("scores.json"), "a").expect("a file"), &["scores.json", "no part"]);
    refused(|p| fs::write(evaluation(p).join("plots/face.jpg"), "a").expect("a file"), &["face.jpg", "no part"]);
    refused(|p| fs::create_dir(evaluation(p).join("more")).expect("a folder"), &["more", "no part"]);
    refused(|p| fs::remove_file(evaluation(p).join(RESULTS)).expect("a file"), &["lfw/results.json", "missing"]);
    refused(|p| fs::write(evaluation(p).with_file_name("a.txt"), "a").expect("a file"), &["a.txt", "not a folder"]);
    refused(|p| fs::write(p.join(EVALUATIONS), "a").expect("a file"), &[EVALUATIONS, "not a folder"]);
    #[cfg(unix)]
    refused(
        |p| std::os::unix::fs::symlink("..", evaluation(p).with_file_name("out")).expect("a link"),
        &["evaluations/out", "not a folder"],
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let link = |name: &'static str| {
        move |p: &Path| {
            let _ = fs::remove_file(p.join(name));
            symlink("../../../etc/hostname", p.join(name)).expect("a link");
        }
    };
    refused(link(RESULTS), &[RESULTS, "link"]);
    refused(link(CARD), &[CARD, "link"]);
    refused(|p| symlink("..", p.join(PLOTS)).expect("a link"), &[PLOTS, "not a folder"]);
}

#[test]
fn a_sound_folder_passes_as_a_whole() {
    let (_keep, path) = packed(&face_resnet());
    let found = audit(&path, &candle_core::Device::Cpu).expect("a sound folder");
    assert_eq!((found.files.len(), found.card.license.as_str(), found.check.images), (7, "cc-by-nc-4.0", 4));
}

#[test]
fn one_fault_is_enough() {
    let refused = |change: &dyn Fn(&Path), say: &str| {
        let (_keep, path) = packed(&face_resnet());
        change(&path);
        let error = audit(&path, &candle_core::Device::Cpu).expect_err("a fault").to_string();
        assert!(error.contains(say), "{say:?} is not in: {error}");
    };
    let card = |from: &'static str, to: &'static str| {
        move |p: &Path| {
            let text = fs::read_to_string(p.join(CARD)).expect("a card");
            assert!(text.contains(from), "{from}");
            fs::write(p.join(CARD), text.replace(from, to)).expect("a file");
        }
    };
    refused(&card("license: cc-by-nc-4.0\n", ""), "README.md: the card: its metadata: missing field `license`");
    refused(&card("---\n", "--\n"), "README.md: the card: no metadata");
    refused(
        &card("license: cc-by-nc-4.0", "license: do as you like"),
        "README.md: licence `do as you like`: none that the Hub knows",
    );
    refused(&card("license: cc-by-nc-4.0", "license: other\nlicense_name: licenseref-x"), "need a link");
    refused(&card("license: cc-by-nc-4.0", "license: other\nlicense_name: our-terms"), "no license_name");
    refused(&card("image-feature-extraction", "text-generation"), "pipeline_tag");
    refused(&|p| fs::write(p.join("token"), "a").expect("a file"), "no part of a model folder");
    refused(&|p| fs::write(p.join(HEAD), "a").expect("a file"), "head.safetensors");
    refused(&|p| fs::write(p.join(CHECK), "a").expect("a file"), "check.safetensors");
}

#[test]
fn prose_may_be_edited() {
    let (_keep, path) = packed(&face_resnet());
    let text = fs::read_to_string(path.join(CARD)).expect("a card");
    let text = text.replace("# A small network", "# Another title") + "\nMore words.\n";
    assert!(text.contains("# Another title"));
    let text = text.replace("license: cc-by-nc-4.0", "license: other\nlicense_name: mit-or-apache-2.0\nlanguage: en");
    fs::write(path.join(CARD), text).expect("a file");
    audit(&path, &candle_core::Device::Cpu).expect("a sound folder");
}
