#![doc = include_str!("../README.md")]
mod bottleneck;
mod config;
mod face_resnet;
mod layers;
mod plan;
mod resnet;

pub use bottleneck::{Bottleneck, BottleneckSizes};
pub use config::{FaceResNetConfig, Pool, Stage};
pub use face_resnet::{is_frozen, FaceResNet};
pub use resnet::{ResNet, ResNetConfig};
