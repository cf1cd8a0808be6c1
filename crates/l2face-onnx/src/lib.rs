#![doc = include_str!("../README.md")]
mod model;
mod proto;
mod read;
mod write;

pub use model::Model;
