#![doc = include_str!("../README.md")]
mod audit;
mod card;
mod check;
mod config;
mod error;
mod files;
mod folder;
mod head;
#[cfg(feature = "hub")]
mod hub;
mod license;
mod model;
mod read;
mod staged;
mod write;

pub use audit::{audit, Audit};
pub use card::{Card, Dataset, Entry, Evaluation, Figure, Metadata, Task, Training};
pub use check::{CheckReport, TOLERANCE};
pub use config::{ModelConfig, FORMAT};
pub use error::{ModelError, Result};
pub use files::{files, own_names, CARD, CHECK, CONFIG, EVALUATIONS, HEAD, LOADER, METRICS, PLOTS, RESULTS, WEIGHTS};
pub use folder::{is_model_folder, ModelFolder};
pub use license::License;
pub use model::{cosine, Model};
pub use staged::Staged;
pub use write::{write, Contents};

#[cfg(feature = "hub")]
pub use hub::{fetch, FetchedModel};
#[cfg(feature = "hub")]
pub use l2face_hub;
