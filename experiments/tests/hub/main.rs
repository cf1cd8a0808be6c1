//! Publishing and fetching, the whole way: the programs, the mock Hub of `../shared/tools`, a model.
mod compare;
#[path = "../common/detector.rs"]
mod detector;
mod fetch;
mod mock;
mod packed;
mod publish;
