//! One binary for all tests: linking candle once is most of the cost.
mod adaface;
mod backbone;
mod checkpoint;
mod common;
mod config;
#[cfg(feature = "cuda")]
mod cuda;
mod dropout;
mod folded;
mod full_size;
mod generator;
mod gradients;
mod graph;
mod measure;
mod networks;
mod pth;
mod pth_hostile;
mod resnet;
mod safetensors_hostile;
mod smooth;
mod weights;
mod weights_mutations;
