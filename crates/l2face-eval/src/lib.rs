#![doc = include_str!("../README.md")]
//!
//! # Flow
//! [`IjbA::load`] reads a protocol folder, [`LandmarkIndex`] adds a detector's points, the caller embeds every [`Face`] once into
//! [`Embeddings`], [`pool`] turns a [`TemplateSpec`] into one vector, [`evaluate`] scores and summarises.
//!
//! A face that could not be embedded is absent from [`Embeddings`]; a template without any usable face is a failure to enrol,
//! scores `-inf` and is counted (rules: `l2face_metrics`).

mod embeddings;
mod error;
mod evaluate;
mod ijba;
mod landmarks;
mod norm_bins;
mod pooling;
mod result;
mod scoring;
mod summary;
mod table;
mod verification;

pub use embeddings::Embeddings;
pub use error::EvalError;
pub use evaluate::{evaluate, FARS, FPIRS, GRID_LOWEST, GRID_PER_DECADE, RANKS};
pub use ijba::{Face, IjbA, Search, Split, TemplateSpec, Verification, SPLITS};
pub use landmarks::{LandmarkIndex, MIN_OVERLAP};
pub use norm_bins::{tar_by_norm_bin, NormBin, NormBins, NORM_BIN_FAR};
pub use pooling::{pool, Frames, Pool, Pooled, Pooling};
pub use result::{
    FaceCounts, IjbaResult, MeanStd, RankRate, RankSummary, RocSummary, SearchResult, SplitResult, Summary, TarRow,
    TarSummary, TpirSummary, VerifyResult,
};
pub use verification::{pack_bin, unpack_bin, VerificationBin};
