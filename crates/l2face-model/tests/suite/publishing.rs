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
    for name in [CARD, CHECK, CONFIG, WEIGHTS] {
        refused(|p| fs::remove_file(p.join(name)).expect("a file"), &[name, "missing"]);
    }
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
    assert_eq!((found.files.len(), found.card.license.as_str(), found.check.images), (6, "cc-by-nc-4.0", 4));
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
    refused(&card("image-feature-extraction", "text-generation"), "pipeline_tag");
    refused(&|p| fs::write(p.join("token"), "a").expect("a file"), "no part of a model folder");
    refused(&|p| fs::write(p.join(HEAD), "a").expect("a file"), "head.safetensors");
    refused(&|p| fs::write(p.join(CHECK), "a").expect("a file"), "check.safetensors");
}
