//! Blocks of probes times parts of the gallery, side by side.

use rayon::prelude::*;

use super::arith::Isa;
use super::first_pass::{FirstPass, TILE};
use super::panels::Panels;
use super::probe::ProbeState;
use super::scan::Scan;
use super::top::Top;
use super::{Hit, Subjects};
use crate::UnitRows;

/// Probes of a block: with their words they stay in the second cache beside a tile of the gallery.
const BLOCK: usize = 240;
/// Tasks that each thread should have at least, so that none waits long for another.
const TASKS: usize = 8;
/// Tiles of a part of the gallery at least: each part begins without a bar.
const TILES: usize = 32;

struct Task<'a, P> {
    pass: &'a P,
    isa: Isa,
    probes: &'a UnitRows,
    gallery: &'a UnitRows,
    k: usize,
    subjects: Option<&'a Subjects<'a>>,
}

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
    let task = Task { pass, isa, probes, gallery, k, subjects };
    let blocks: Vec<_> = (0..probes.len()).step_by(BLOCK).map(|b| (b, (b + BLOCK).min(probes.len()))).collect();
    let parts = parts(gallery.len(), blocks.len());
    let both: Vec<_> = blocks.iter().flat_map(|b| parts.iter().map(move |p| (*b, *p))).collect();
    let done: Vec<Vec<Top>> = both.into_par_iter().map(|(b, p)| task.run(b, p)).collect();
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

impl<P: FirstPass> Task<'_, P> {
    fn run(&self, (from, to): (usize, usize), (first, last): (usize, usize)) -> Vec<Top> {
        let panels = Panels::new(self.pass, from, to, self.isa.width());
        let mut states: Vec<ProbeState> = (from..to).map(|_| ProbeState::new(self.k)).collect();
        let (mut bars, mut scratch) = (vec![f32::INFINITY; panels.width], Vec::new());
        for tile in first..last {
            let (start, end) = (tile * TILE, ((tile + 1) * TILE).min(self.gallery.len()));
            let rows = self.pass.rows(start, end, &mut scratch);
            for (panel, &(probe, count)) in panels.spans.iter().enumerate() {
                let states = &mut states[probe - from..][..count];
                for (lane, bar) in bars.iter_mut().enumerate() {
                    *bar = states.get(lane).map_or(f32::INFINITY, |state| self.bar(probe + lane, tile, state));
                }
                let mut hit = |lane: usize, row: usize, fast: f32| {
                    let raised = self.offer(probe + lane, tile, start + row, fast, &mut states[lane]);
                    raised.then(|| self.bar(probe + lane, tile, &states[lane]))
                };
                let (words, panel, scales) = (self.pass.words(), panels.get(panel), self.pass.scales(start, end));
                let scan = Scan { words, panel, rows, scales, bars: &mut bars, hit: &mut hit };
                self.isa.scan(self.pass.kind(), scan);
            }
        }
        states.into_iter().zip(from..).map(|(state, probe)| state.finish(&|row| self.exact(probe, row))).collect()
    }

    /// The bar of a probe; one that failed is never reached.
    fn bar(&self, probe: usize, tile: usize, state: &ProbeState) -> f32 {
        match self.probes.get(probe) {
            None => f32::INFINITY,
            Some(_) => state.bar(self.pass.scale(probe), self.pass.error(probe, tile)),
        }
    }

    /// Whether the bar may have changed.
    fn offer(&self, probe: usize, tile: usize, row: usize, fast: f32, state: &mut ProbeState) -> bool {
        let about = f64::from(fast) * self.pass.scale(probe);
        self.gallery.get(row).is_some()
            && state.offer(row as u32, about, self.pass.error(probe, tile), &|row| self.exact(probe, row))
    }

    /// Score and whether the row is a mate.
    fn exact(&self, probe: usize, row: u32) -> (f64, bool) {
        let row = row as usize;
        let mate = self.subjects.is_some_and(|s| s.probes[probe] == s.gallery[row]);
        (self.probes.score(probe, self.gallery, row), mate)
    }
}
