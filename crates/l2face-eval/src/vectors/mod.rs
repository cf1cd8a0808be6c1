//! Vectors of unit length as rows of f32, and their exact scores.

mod dot;
mod pairs;
mod rows;

pub use dot::dot;
pub use pairs::score_pairs;
pub use rows::UnitRows;
