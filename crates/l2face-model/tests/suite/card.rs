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
    assert!(text.contains("does not build this network") && !text.contains("```python"), "{text}");
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
