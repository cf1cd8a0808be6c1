//! One binary for all tests: linking candle once is most of the cost.
mod adaface;
mod backbone;
mod checkpoint;
mod common;
mod config;
mod generator;
mod gradients;
mod graph;
mod networks;
mod parity;
mod pth;
mod pth_hostile;
mod resnet;
mod safetensors_hostile;
mod weights;
mod weights_mutations;
