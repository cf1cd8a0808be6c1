//! The programs that join the l2face crates into the paper's experiments: the only place where everything meets.

pub mod bench;
pub mod device;
pub mod evaluate;
mod exit;
pub mod files;
pub mod folds;
pub mod hash;
pub mod ijba;
mod message;
pub mod model;
pub mod package;
pub mod pairs;
pub mod paper;
pub mod progress;
#[cfg(feature = "hub")]
pub mod publish;
pub mod report;
pub mod row_name;
pub mod shell;
pub mod study;
pub mod verification_bin;

pub use exit::finish;
pub use message::message;
