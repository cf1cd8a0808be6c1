//! Vectors of unit length as rows of f32, and their exact scores.

mod dot;
mod rows;

pub use dot::dot;
pub use rows::{score_pairs, UnitRows};
