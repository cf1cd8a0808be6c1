#![doc = include_str!("../README.md")]
//!
//! | concept | item |
//! |---|---|
//! | items with labels | [`Dataset`]; from folders [`ImageFolder`], from memory [`InMemory`] |
//! | what folders hold | [`Records`], [`Record`] |
//! | the order of an epoch | [`epoch_order`] |
//! | batches, prepared ahead | [`Loader`], [`LoaderConfig`], [`Batch`] |

mod batch;
mod cache;
mod cache_read;
mod dataset;
mod error;
mod folder;
mod list;
mod loader;
mod memory;
mod people;
mod records;
mod sampler;

pub use batch::Batch;
pub use dataset::Dataset;
pub use error::{DataError, Result};
pub use folder::ImageFolder;
pub use loader::{Loader, LoaderConfig};
pub use memory::InMemory;
pub use records::{Record, Records};
pub use sampler::epoch_order;
