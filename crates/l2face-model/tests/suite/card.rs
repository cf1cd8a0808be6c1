//! The card: written, read back, every figure intact.
use crate::common::{card, config, face_resnet, packed};
use l2face_model::*;

fn text(card: &Card) -> String {
    card.markdown(&config(&face_resnet()), false).expect("a card")
}

#[test]
fn metadata_come_back_as_they_were() {
    let (_keep, path) = packed(&face_resnet());
    let read = ModelFolder::open(&path).and_then(|folder| folder.card()).expect("a card");
    assert_eq!(read, card().metadata());
    assert_eq!(read.model_index[0].results, card().evaluations, "every figure, to the last digit");
    assert_eq!((read.license.as_str(), read.model_index[0].name.as_str()), ("cc-by-nc-4.0", "name"));
    assert_eq!(read.pipeline_tag.as_deref(), Some("image-feature-extraction"));
    assert_eq!(read.metrics, ["tar-at-far"]);
}

#[test]
fn the_text_says_what_a_user_must_know() {
    let text = text(&card());
    for say in [
        "11,636,328",
        "Licence of the data: none needed",
        "Known bias: not measured",
        "**Intended**",
        "**Forbidden**",
        "Model::from_hub(&hub, \"owner/name\"",
        "snapshot_download(\"owner/name\")",
        "from load_in_torch import load",
        "| made up: faces | Face verification (1:1) | TAR at FAR 1e-3, conservative | 0.3333 |",
    ] {
        assert!(text.contains(say), "{say:?} is not in the card");
    }
    assert!(!text.contains("{{"), "a place was not filled");
    assert!(!text.contains("head.safetensors"));
    let with_head = card().markdown(&config(&face_resnet()), true).expect("a card");
    assert!(with_head.contains("`head.safetensors`"));
}

#[test]
fn lines_that_would_fail_are_not_on_the_card() {
    use l2face_backbone::{AllInOneConfig, NetworkConfig};
    let network = NetworkConfig::AllInOne(AllInOneConfig::recalled());
    let other = ModelConfig { network, ..config(&face_resnet()) };
    let text = card().markdown(&other, false).expect("a card");
    assert!(text.contains("from load_in_torch import load") && !text.contains("does not build"), "{text}");
    assert!(text.contains("its feature `hub`"), "from_hub is not there without it");
    let at_home = Card { repository: None, ..card() }.markdown(&config(&face_resnet()), false).expect("a card");
    assert!(at_home.contains("```python") && !at_home.contains("feature `hub`"), "{at_home}");
}

#[test]
fn other_licences_are_named_and_linked() {
    let license = License::new("LicenseRef-Our-Terms", Some("https://example.org/terms")).expect("a licence");
    let card = Card { license, repository: None, evaluations: vec![], ..card() };
    let metadata = Metadata::of(&text(&card)).expect("metadata");
    assert_eq!(metadata.license, "other");
    assert_eq!(metadata.license_name.as_deref(), Some("licenseref-our-terms"));
    assert_eq!(metadata.license_link.as_deref(), Some("https://example.org/terms"));
    assert!(metadata.model_index.is_empty() && text(&card).contains("Nothing was measured."));
    assert!(text(&card).contains("Model::from_folder"));
}

#[test]
fn a_users_words_stay_words() {
    let evil = "x\n---\nlicense: mit # {{command}} | <b> \u{1b}[2J \u{2028} 'a' \"b\"".to_string();
    let training = Training { data: evil.clone(), ..card().training };
    let mut changed = Card {
        training,
        title: evil.clone(),
        repository: None,
        statement: evil.clone(),
        command: evil.clone(),
        ..card()
    };
    changed.evaluations[0].dataset.name.clone_from(&evil);
    let metadata = Metadata::of(&text(&changed)).expect("metadata");
    assert_eq!(metadata.license, "cc-by-nc-4.0");
    let line = evil.replace(['\n', '\u{1b}', '\u{2028}'], " ");
    assert_eq!(metadata.model_index[0].name, line);
    assert_eq!(metadata.model_index[0].results[0].dataset.name, line);
}

#[test]
fn a_figure_that_is_no_number_is_refused() {
    let mut changed = card();
    changed.evaluations[0].metrics[1].value = f64::NAN;
    let error = changed.markdown(&config(&face_resnet()), false).expect_err("no number").to_string();
    assert!(error.contains("FAR 1e-4") && error.contains("not a number"), "{error}");
}

#[test]
fn names_of_the_hub_are_names() {
    for name in ["name", "a/b/c", "a/b\n", "../b", "a/..", "a/b\")", "-a/b", "", "a/"] {
        let changed = Card { repository: Some(name.into()), ..card() };
        let error = changed.markdown(&config(&face_resnet()), false).expect_err(name).to_string();
        assert!(error.contains("no name on the Hub"), "{error}");
    }
    let changed = Card { datasets: vec!["lfw".into(), "owner/lfw-a_b.c".into()], ..card() };
    assert!(text(&changed).contains("datasets:\n- lfw\n- owner/lfw-a_b.c\n"));
}

/// The error of a card whose metadata were changed; the measured figures are the card's own.
#[track_caller]
fn differs(change: impl FnOnce(&mut Evaluation), say: &[&str]) {
    let mut metadata = Metadata::of(&text(&card())).expect("metadata");
    change(&mut metadata.model_index[0].results[0]);
    let error = metadata.same_figures(&card().evaluations).expect_err("an edited figure").to_string();
    for word in say {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
}

#[test]
fn edited_figures_are_found() {
    let args = |figure: &mut Figure, key: &str, value: serde_json::Value| drop(figure.args.insert(key.into(), value));
    differs(|e| e.metrics[2].value += 1e-16, &["TAR at FAR 1e-3", "measured was 0.333"]);
    differs(|e| args(&mut e.metrics[0], "far", 1e-6.into()), &["TAR at FAR 1e-5", "its far"]);
    differs(|e| args(&mut e.metrics[0], "mode", "pfe".into()), &["its mode"]);
    differs(|e| args(&mut e.metrics[1], "interval", vec![0.5, 0.6].into()), &["TAR at FAR 1e-4", "its interval"]);
    differs(|e| args(&mut e.metrics[1], "sure", true.into()), &["its sure"]);
    differs(|e| drop(e.metrics[1].args.remove("interval")), &["its interval"]);
    differs(|e| e.metrics[0].name = "TAR at FAR 1e-9".into(), &["1e-9 in place of TAR at FAR 1e-5"]);
    differs(|e| e.metrics[0].r#type = "accuracy".into(), &["in place of"]);
    differs(|e| drop(e.metrics.pop()), &["it has 3 figures, measured were 4"]);
    differs(|e| e.metrics.swap(0, 1), &["in place of"]);
    differs(|e| drop(e.dataset.args.insert("flip".into(), "sum".into())), &["the data's flip"]);
    differs(|e| e.task.name = "Identification".into(), &["its task is Identification"]);
    let sound = Metadata::of(&text(&card())).expect("metadata");
    let error = sound.same_figures(&[]).expect_err("nothing was measured").to_string();
    assert!(error.contains("it has 1 evaluations, measured were 0"), "{error}");
    let none = Metadata { model_index: vec![], ..sound };
    assert!(none.same_figures(&card().evaluations).is_err() && none.same_figures(&[]).is_ok());
}

/// What nobody here compares must not stand among the figures: the Hub shows such keys as its own word.
#[test]
fn keys_that_are_added_to_the_figures_are_refused() {
    // JSON is YAML too.
    let read = |value: &serde_json::Value| Metadata::of(&format!("---\n{value}\n---\n"));
    let sound = serde_json::to_value(card().metadata()).expect("JSON");
    assert_eq!(read(&sound).expect("as it was"), card().metadata());
    let result = "/model-index/0/results/0";
    let parts = ["/task", "/dataset", "/metrics/0", ""].map(|part| format!("{result}{part}"));
    for place in parts.iter().map(String::as_str).chain(["/model-index/0"]) {
        for key in ["verified", "verifyToken", "source", "split"] {
            let mut edited = sound.clone();
            edited.pointer_mut(place).and_then(|at| at.as_object_mut()).expect(place).insert(key.into(), true.into());
            let error = read(&edited).expect_err(place).to_string();
            assert!(error.contains("unknown field") && error.contains(key), "{place}: {error}");
        }
    }
    let mut beside = sound;
    beside["language"] = "en".into();
    assert_eq!(read(&beside).expect("beside the figures"), card().metadata());
}

#[test]
fn words_about_the_data_may_be_edited() {
    let mut metadata = Metadata::of(&text(&card())).expect("metadata");
    let dataset = &mut metadata.model_index[0].results[0].dataset;
    (dataset.name, dataset.r#type) = ("Faces, the second edition".into(), "faces-2".into());
    metadata.same_figures(&card().evaluations).expect("the same figures");
    // Python writes a whole number with or without a point.
    let with = |one: serde_json::Value| {
        let mut all = card().evaluations;
        all[0].metrics[3].args.insert("count".into(), one);
        all
    };
    metadata.model_index[0].results = with(1.into());
    metadata.same_figures(&with(1.0.into())).expect("the same figures");
}
