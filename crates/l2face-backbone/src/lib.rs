#![doc = include_str!("../README.md")]
mod config;
mod face_resnet;
mod layers;
mod plan;

pub use config::{FaceResNetConfig, Pool, Stage};
pub use face_resnet::{is_frozen, FaceResNet};
