#![doc = include_str!("../README.md")]
mod model;
mod proto;
mod read;
mod wire;
mod write;

pub use model::Model;
