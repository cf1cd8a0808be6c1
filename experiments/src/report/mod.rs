//! From the numbers of an experiment to what a reader sees.
//!
//! [`Results`] is the content of `results.json` (`docs/results-schema.md` documents every field).
//! Everything else is computed from it alone: the table for the terminal ([`table`]), the page in
//! Markdown ([`markdown`]), the self-contained page in HTML ([`html`]) and the plots in SVG
//! ([`plots`]). [`write_all`] writes them all into the folder of `--out`.
//!
//! Nothing in [`Results`] depends on the clock or on the folder of `--out`, so that two runs with the same
//! seed can be compared byte for byte. Times go into a file of their own ([`write_timings`]).

mod check;
mod html;
mod markdown;
mod markdown_data;
mod markdown_tables;
mod norm_tar;
pub mod pairs;
mod plot;
mod row;
mod schema;
mod shape;
mod summary;
mod table;
mod text;
mod write;

pub use html::{html, page};
pub use markdown::markdown;
pub use norm_tar::clopper_pearson_of;
pub use plot::{looks, loss_plot, plots, roc_plot, Look, LossCurve, Plot, RocCurve};
pub use row::{
    NormBin, NormTar, RankCell, Roc, Row, RowId, SeedResult, SeedRun, SplitResult, Stat, Summary, TarCell, TarSummary,
    TpirCell,
};
pub use schema::{Alignment, Bound, DataInfo, DataKind, Failures, Results, SCHEMA};
pub use shape::{findings, Finding, Verdict};
pub use summary::roc_grid;
pub use table::table;
pub use write::{json, write_all, write_pages, write_timings};

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
