#![doc = include_str!("../README.md")]
mod compile;
mod count;
mod graph;
mod live;
mod net;
mod op;
mod run;
mod shape;

pub use count::Cost;
pub use graph::{Graph, Input, Node, Value};
pub use net::Net;
pub use op::{Binary, Op, Unary};
