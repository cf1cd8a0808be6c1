#![doc = include_str!("../README.md")]
//!
//! # Flow
//! A protocol is read from its files ([`IjbA::load`], [`IjbBc::load`], [`load_lfw`], [`load_ytf`]), [`LandmarkIndex`] adds a
//! detector's points, the caller embeds every [`Face`] once into [`Embeddings`], [`Pooler`] turns a [`TemplateSpec`] into one
//! vector, [`evaluate`], [`evaluate_ijbbc`] and [`score_folds`] score and summarise. [`evaluate_with`] trains a [`Tpe`] on the training
//! part of every split in between.
//!
//! A face that could not be embedded is absent from [`Embeddings`]; a template without any usable face is a failure to enrol. It
//! scores `-inf` and is counted (rules: `l2face_metrics`), unless another [`FailurePolicy`] is chosen.

mod comparisons;
mod embeddings;
mod error;
mod evaluate;
mod evaluate_ijbbc;
mod failures;
mod folds;
mod ijba;
mod ijbbc;
mod landmarks;
mod legacy_1n;
mod lfw;
mod lines;
mod norm_bins;
mod pooling;
mod protocol;
mod rates;
mod result;
mod scoring;
mod search;
mod summary;
mod table;
mod tpe;
mod vectors;
mod verification;
mod ytf;

pub use comparisons::{score_ijba, score_ijbbc};
pub use embeddings::Embeddings;
pub use error::EvalError;
pub use evaluate::{evaluate, evaluate_by, evaluate_with, FARS, FPIRS, GRID_LOWEST, GRID_PER_DECADE, RANKS};
pub use evaluate_ijbbc::{evaluate_ijbbc, evaluate_ijbbc_by, GallerySummary, IjbBcResult, IJBBC_FARS};
pub use failures::FailurePolicy;
pub use folds::{score_folds, ErrataUse, FoldPair, FoldProtocol, FoldScores, ListUsed};
pub use ijba::{IjbA, Split, SPLITS};
pub use ijbbc::{IjbBc, IjbLayout, IjbSet};
pub use l2face_image::MIN_OVERLAP;
pub use landmarks::LandmarkIndex;
pub use legacy_1n::{legacy_insightface_1n, Legacy1n};
pub use lfw::{load_lfw, LfwFiles, LfwPeople, Person};
pub use norm_bins::{tar_by_norm_bin, NormBin, NormBins, NORM_BIN_FAR};
pub use pooling::{
    face_quality, pool, quality_weights, Det, Features, Flip, Frames, Pool, Pooled, Pooler, Pooling, QUALITY_LAMBDA,
    QUALITY_LIMIT,
};
pub use protocol::{Count, Counts, Face, Search, TemplateSpec, Verification};
pub use result::{
    FaceCounts, IjbaResult, MeanStd, RankRate, RankSummary, RocSummary, SearchResult, SplitResult, Summary, TarRow,
    TarSummary, TpirSummary, VerifyResult,
};
pub use search::{mate_rank, search_exact, search_quantised, Hit, QuantisedRows, Subjects};
pub use tpe::{triplet_loss, Tpe, TpeConfig, TpeError, TripletLoss};
pub use vectors::{dot, score_pairs, UnitRows};
pub use verification::{pack_bin, unpack_bin, UnpackedBin, VerificationBin};
pub use ytf::{load_ytf, YtfFiles, YtfImages, YtfLabels};
