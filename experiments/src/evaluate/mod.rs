//! `cargo xtask evaluate`: any embedder on any protocol, from photographs to rates.
pub mod align;
mod bin;
pub mod calibrate;
pub mod cli;
mod embedder;
mod features;
mod framing;
mod ijb_tables;
mod load;
mod page;
mod plots;
mod preproc;
mod results;
mod run;
mod scores;
pub mod verify;

pub use embedder::Embedder;
pub use framing::Framing;
pub use page::{html, markdown};
pub use preproc::Normalise;
pub use results::{Results, SCHEMA};
pub use run::{run, write};
