//! Publishing and fetching, the whole way: the programs, the mock Hub of `../shared/tools`, a model.
mod fetch;
mod mock;
mod packed;
mod publish;
