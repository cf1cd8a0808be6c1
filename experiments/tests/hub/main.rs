//! Publishing and fetching, the whole way: the programs, the mock Hub of `../shared/tools`, a model.
#[path = "../common/mod.rs"]
mod common;
mod compare;
#[path = "../common/detector.rs"]
mod detector;
mod fetch;
mod mock;
mod packed;
mod publish;
