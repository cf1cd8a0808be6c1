//! The keys that the Hub reads: hub-docs' `modelcard.md`, and `huggingface_hub.ModelCardData`.
use super::Card;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The metadata of a card. Keys that are not listed here may stand beside them and are passed over; within the figures they are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The Hub's name of the licence, or `other`.
    pub license: String,
    /// The name of another licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_name: Option<String>,
    /// Where its terms stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_link: Option<String>,
    /// The library that opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_name: Option<String>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline_tag: Option<String>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Data sets of the Hub.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<String>,
    /// The kinds of figures.
    #[serde(default)]
    pub metrics: Vec<String>,
    /// The figures.
    #[serde(default, rename = "model-index", skip_serializing_if = "Vec::is_empty")]
    pub model_index: Vec<Entry>,
}

/// The figures of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The model's name.
    pub name: String,
    /// One for each protocol.
    pub results: Vec<Evaluation>,
}

/// The figures of one protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// What was asked.
    pub task: Task,
    /// Of which data.
    pub dataset: Dataset,
    /// What came out.
    pub metrics: Vec<Figure>,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// `face-verification`, `face-identification`.
    pub r#type: String,
    /// For people.
    pub name: String,
}

/// Data of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// A short name without spaces: `lfw`.
    pub r#type: String,
    /// For people.
    pub name: String,
    /// Protocol, poolings, preprocessing.
    pub args: BTreeMap<String, Value>,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// `tar-at-far`, `tpir-at-fpir`, `identification-rate`.
    pub r#type: String,
    /// For people: `TAR at FAR 1e-3, conservative`.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// FAR, mode, interval.
    pub args: BTreeMap<String, Value>,
}

/// Words that every model has.
const TAGS: [&str; 6] =
    ["face-verification", "face-recognition", "l2-softmax", "candle", "safetensors", "arxiv:1703.09507"];

pub(super) fn of(card: &Card) -> Metadata {
    let known = card.license.on_the_hub();
    let kinds: BTreeSet<String> = card.evaluations.iter().flat_map(|e| &e.metrics).map(|f| f.r#type.clone()).collect();
    let name = card.repository.as_ref().map_or(card.title.as_str(), |r| r.rsplit('/').next().unwrap_or(r));
    let entry = Entry { name: name.into(), results: card.evaluations.clone() };
    Metadata {
        license_name: known.is_none().then(|| card.license.slug()),
        license: known.unwrap_or_else(|| "other".into()),
        license_link: card.license.link().map(str::to_owned),
        library_name: Some("l2face".into()),
        pipeline_tag: Some("image-feature-extraction".into()),
        tags: TAGS.map(str::to_owned).to_vec(),
        datasets: card.datasets.clone(),
        metrics: kinds.into_iter().collect(),
        model_index: if card.evaluations.is_empty() { vec![] } else { vec![entry] },
    }
}
