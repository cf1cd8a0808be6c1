//! One binary for all tests: linking candle once is most of the cost.
mod backbone;
mod common;
mod config;
mod dropout;
mod folded;
mod full_size;
mod generator;
mod gradients;
mod measure;
mod networks;
mod resnet;
mod weights;
