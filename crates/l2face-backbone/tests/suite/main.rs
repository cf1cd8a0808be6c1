//! One binary for all tests: linking candle once is most of the cost.
mod backbone;
mod common;
mod config;
mod generator;
mod gradients;
mod networks;
mod parity;
mod resnet;
mod weights;
