#![doc = include_str!("../README.md")]
mod all_in_one;
mod backbone;
mod basic_block;
mod bottleneck;
mod config;
mod conv_norm;
mod dropout;
mod face_resnet;
mod iresnet;
mod layers;
mod mobile_face_net;
mod plan;
mod resnet;
mod weights;

pub use all_in_one::{AllInOne, AllInOneConfig};
pub use backbone::{build, Backbone, BackboneConfig, NetworkConfig};
pub use bottleneck::{Bottleneck, BottleneckSizes};
pub use config::{FaceResNetConfig, Pool, Stage};
pub use face_resnet::{is_frozen, FaceResNet};
pub use iresnet::{IResNet, IResNetConfig};
pub use mobile_face_net::{MobileFaceNet, MobileFaceNetConfig};
pub use resnet::{BlockKind, ResNet, ResNetConfig};
pub use weights::{Weights, WeightsFile};
