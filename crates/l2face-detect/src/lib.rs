#![doc = include_str!("../README.md")]
mod answers;
mod area;
mod config;
mod corners;
mod face;
mod mtcnn;
mod network;
mod nms;
mod plan;
mod propose;
mod pyramid;
mod refine;
mod region;
mod select;
#[cfg(test)]
mod tests;
pub mod weights;
mod workers;

pub use config::MtcnnConfig;
pub use face::Face;
pub use mtcnn::Mtcnn;
pub use select::{best_overlap, largest, nearest_centre};
