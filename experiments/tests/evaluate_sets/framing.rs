//! `--template` and `--origin`, for networks whose files do not say them.
use crate::colours::{photo, text};
use crate::ijbbc::{of, paint};
use crate::made_up::insightface;
use candle_core::{Device, Tensor};
use clap::Parser;
use l2face_backbone::BackboneConfig;
use l2face_eval::IjbSet;
use l2face_experiments::evaluate::{calibrate, markdown, verify, Embedder, Framing};
use l2face_experiments::model::{cli, run};
use l2face_image::{Origin, Template};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

const MATLAB: Framing = Framing { template: None, origin: Some(Origin::Matlab) };

#[test]
fn an_onnx_files_crops_lie_as_the_command_says() {
    let (set, folder) = (insightface(IjbSet::C, true), tempfile::tempdir().expect("a folder"));
    paint(&set);
    let with = |more: &[&str]| of(&set, folder.path(), more);
    let usual = with(&[]).expect("results");
    assert_eq!(
        (usual.model.input.target.template, usual.model.input.target.origin),
        (Template::Arc112, Origin::Insightface)
    );
    assert!(!usual.command.contains("--template") && !usual.command.contains("--origin"), "{}", usual.command);
    let embedded = || fs::read_dir(folder.path().join("cache")).expect("a cache").count();
    let before = embedded();
    let other = with(&["--template", "arc128", "--origin", "matlab"]).expect("results");
    assert_eq!(
        (other.model.input.target.template, other.model.input.target.origin),
        (Template::Arc128, Origin::Matlab)
    );
    assert_eq!(embedded(), before + 1, "other crops, another folder");
    let page = markdown(&other);
    for part in ["rgb 16x16, arc128 matlab,", "--template arc128 --origin matlab"] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    let json = fs::read_to_string(folder.path().join("out/results.json")).expect("results.json");
    assert!(json.contains("\"origin\": \"matlab\""), "{json}");
    for (more, says) in [
        (["--template", "wide-96x112"], "wide-96x112"),
        (["--template", "arc113"], "arc112, wide-96x112, arc128"),
        (["--origin", "octave"], "insightface, matlab"),
    ] {
        let error = with(&more).expect_err("16x16 is no 96x112, and others are unknown");
        assert!(error.contains(says), "{error}");
    }
}

/// A calibration knows how its crops lay; another origin at the command line is another input.
#[test]
fn verify_frames_as_the_calibration_did() {
    let (set, folder) = (insightface(IjbSet::C, true), tempfile::tempdir().expect("a folder"));
    paint(&set);
    of(&set, folder.path(), &["--origin", "matlab"]).expect("results");
    let at = |name: &str| folder.path().join(name);
    let out = at("out");
    let args = ["calibrate", "--run", text(&out), "--far", "0.1"];
    calibrate::calibrate(&calibrate::Args::try_parse_from(args).expect("arguments")).expect("a threshold");
    let image = photo(112, 0, 1).encode_png().expect("a photograph");
    fs::write(at("a.png"), image).expect("a file");
    let said = |more: &[&str]| {
        let (a, model, calibration, picture) =
            (at("a.png"), at("colour.onnx"), at("out/calibration.json"), at("both.png"));
        let words =
            ["verify", text(&a), text(&a), "--model", text(&model), "--align", "whole", "--picture", text(&picture)];
        let words = [&words[..], &["--calibration", text(&calibration)], more].concat();
        verify::verify(&verify::Args::try_parse_from(words).expect("arguments"))
    };
    assert!(said(&[]).expect("an answer").contains("one person"));
    let error = said(&["--origin", "insightface"]).expect_err("another input");
    assert!(format!("{error:#}").contains("matlab"), "{error:#}");
}

/// MobileFaceNet's names and shapes, without a note.
fn bare(folder: &Path) -> PathBuf {
    let shapes = BackboneConfig::named("mbf").expect("a network").variables().expect("variables");
    let one = |shape: &candle_core::Shape| Tensor::full(0.5f32, shape.dims(), &Device::Cpu).expect("a tensor");
    let tensors: HashMap<_, _> = shapes.iter().map(|(name, shape)| (name.clone(), one(shape))).collect();
    let path = folder.join("bare.safetensors");
    candle_core::safetensors::save(&tensors, &path).expect("a file");
    path
}

#[test]
fn a_file_that_says_it_is_not_contradicted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bare, noted) = (bare(folder.path()), folder.path().join("noted.safetensors"));
    let convert = cli::Args::try_parse_from(["model", "convert", text(&bare), text(&noted)]).expect("arguments");
    run(&convert).expect("a file with a note");
    let open = |path: &Path, framing| {
        let opened = Embedder::open_framed(path, &Default::default(), None, framing, &Device::Cpu);
        opened.map(|embedder| embedder.preproc.target).map_err(|e| format!("{e:#}"))
    };
    let usual = open(&bare, Framing::default()).expect("a network");
    assert_eq!(
        open(&bare, MATLAB).expect("a network"),
        usual.with_origin(Origin::Matlab),
        "nothing in the file says it"
    );
    let error = open(&noted, MATLAB).expect_err("it says it");
    let says = "noted.safetensors says itself that its crops are `arc112`, not `arc112 matlab`: leave --template and --origin out";
    assert!(error.contains(says), "{error}");
    assert_eq!(open(&noted, Framing::of(&usual)).expect("the same"), usual);
}
