//! Publishing and fetching, the whole way: the programs, the mock Hub of `../shared/tools`, a model.
mod broken;
#[path = "../common/mod.rs"]
mod common;
mod compare;
#[path = "../common/detector.rs"]
mod detector;
mod faulty;
mod fetch;
mod mock;
mod packed;
mod publish;
