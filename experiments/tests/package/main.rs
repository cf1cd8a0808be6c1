//! `cargo xtask package`: runs of every experiment, evaluations beside them, and what is found when a folder was edited.
#[path = "../common/mod.rs"]
mod common;
mod edited;
mod evaluations;
mod made;
mod pairs;
mod run;
