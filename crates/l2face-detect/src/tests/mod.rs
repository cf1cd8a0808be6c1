//! Tests of several modules together, with generated weights and pictures.
mod cascade;
pub mod generator;
mod networks;
mod weights;
