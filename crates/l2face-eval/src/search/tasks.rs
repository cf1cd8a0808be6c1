//! Blocks of probes times parts of the gallery, side by side.

use rayon::prelude::*;

use super::arith::Isa;
use super::first_pass::{FirstPass, TILE};
use super::part::Search;
use super::sample::Sample;
use super::top::Top;
use super::{Hit, Subjects};
use crate::UnitRows;

/// Probes of a block: with their words they stay in the second cache beside a tile of the gallery.
const BLOCK: usize = 240;
/// Tasks that each thread should have at least, so that none waits long for another.
const TASKS: usize = 8;
/// Tiles of a part of the gallery at least: each part begins without a bar.
const TILES: usize = 32;

pub(super) fn run(
    pass: &impl FirstPass,
    probes: &UnitRows,
    gallery: &UnitRows,
    k: usize,
    subjects: Option<&Subjects<'_>>,
) -> Vec<Vec<Hit>> {
    run_on(Isa::best(), pass, probes, gallery, k, subjects)
}

pub(super) fn run_on(
    isa: Isa,
    pass: &impl FirstPass,
    probes: &UnitRows,
    gallery: &UnitRows,
    k: usize,
    subjects: Option<&Subjects<'_>>,
) -> Vec<Vec<Hit>> {
    if !(probes.any_enrolled() && gallery.any_enrolled()) {
        return vec![Vec::new(); probes.len()];
    }
    let search = Search { pass, isa, probes, gallery, k, subjects, sample: Sample::default() };
    let blocks: Vec<_> = (0..probes.len()).step_by(BLOCK).map(|b| (b, (b + BLOCK).min(probes.len()))).collect();
    let parts = parts(gallery.len(), blocks.len());
    let both: Vec<_> = blocks.iter().flat_map(|b| parts.iter().map(move |p| (*b, *p))).collect();
    let done: Vec<Vec<Top>> = both.into_par_iter().map(|(b, p)| search.run(b, p)).collect();
    let mut done = done.into_iter();
    let mut hits = Vec::with_capacity(probes.len());
    while let Some(mut tops) = done.next() {
        for _ in 1..parts.len() {
            let others = done.next().unwrap_or_default();
            tops.iter_mut().zip(others).for_each(|(top, other)| top.merge(other));
        }
        hits.extend(tops.into_iter().map(Top::into_hits));
    }
    hits
}

/// First and last + 1 tile of each part of the gallery.
fn parts(rows: usize, blocks: usize) -> Vec<(usize, usize)> {
    let (tiles, wanted) = (rows.div_ceil(TILE), (TASKS * rayon::current_num_threads()).div_ceil(blocks));
    let size = tiles.div_ceil(wanted).max(TILES);
    (0..tiles).step_by(size).map(|t| (t, (t + size).min(tiles))).collect()
}
