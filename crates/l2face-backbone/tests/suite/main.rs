//! One binary for all tests: linking candle once is most of the cost.
mod common;
mod config;
mod gradients;
mod parity;
mod resnet;
