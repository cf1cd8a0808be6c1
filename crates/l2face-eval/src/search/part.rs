//! A block of probes against a part of the gallery.

use super::arith::Isa;
use super::first_pass::{FirstPass, TILE};
use super::panels::Panels;
use super::probe::ProbeState;
use super::sample::Sample;
use super::scan::{Reached, Scan};
use super::top::{Hit, Top};
use super::Subjects;
use crate::UnitRows;

/// Rows of the first tile that are scanned before bars are set anew, and so on: without a bar every row is a candidate.
const STEPS: [usize; 4] = [64, 128, 256, TILE];

pub(super) struct Search<'a, P> {
    pub pass: &'a P,
    pub isa: Isa,
    pub probes: &'a UnitRows,
    pub gallery: &'a UnitRows,
    pub k: usize,
    pub subjects: Option<&'a Subjects<'a>>,
    pub sample: Sample,
}

/// Rows of a tile, as the first pass reads them.
struct Tile<'a> {
    number: usize,
    rows: &'a [u32],
    count: usize,
}

/// The probes of a panel while a tile is scanned.
struct Lanes<'a> {
    probes: &'a [usize],
    panel: &'a [u32],
    states: &'a mut [ProbeState],
}

/// What is used again and again.
struct Scratch {
    bars: Vec<f32>,
    reached: Vec<Reached>,
}

impl<P: FirstPass> Search<'_, P> {
    /// The best of the tiles `first..last` for the probes `from..to`.
    pub fn run(&self, (from, to): (usize, usize), (first, last): (usize, usize)) -> Vec<Top> {
        let probes: Vec<usize> = (from..to).collect();
        let rank = self.sample.rank(self.k, (last * TILE).min(self.gallery.len()) - first * TILE);
        let tops = self.with(&probes, (first, last), rank);
        let missed: Vec<usize> = probes.iter().zip(&tops).filter(|(_, top)| top.is_none()).map(|(p, _)| *p).collect();
        if rank.is_some() {
            self.sample.count(probes.len(), missed.len());
        }
        let mut again = self.with(&missed, (first, last), None).into_iter();
        tops.into_iter().map(|top| top.or_else(|| again.next().flatten()).unwrap_or(Top::new(self.k))).collect()
    }

    /// `None` for probes whose guess was too high.
    fn with(&self, probes: &[usize], (first, last): (usize, usize), rank: Option<usize>) -> Vec<Option<Top>> {
        if probes.is_empty() {
            return Vec::new();
        }
        let panels = Panels::new(self.pass, probes, self.isa.width());
        let mut states: Vec<_> = probes.iter().map(|_| ProbeState::new(self.k, rank)).collect();
        let mut scratch = Scratch { bars: vec![f32::INFINITY; panels.width], reached: Vec::new() };
        let mut words = Vec::new();
        for number in first..last {
            let (start, end) = (number * TILE, ((number + 1) * TILE).min(self.gallery.len()));
            let tile = Tile { number, rows: self.pass.rows(start, end, &mut words), count: end - start };
            let lanes = probes.chunks(panels.width).zip(states.chunks_mut(panels.width)).enumerate();
            for (panel, (probes, states)) in lanes {
                let mut lanes = Lanes { probes, panel: panels.get(panel), states };
                self.tile(&tile, number == first, &mut lanes, &mut scratch);
                if number == first && rank.is_some() {
                    lanes.states.iter_mut().for_each(|state| state.sampled(self.k));
                }
            }
        }
        states.into_iter().zip(probes).map(|(state, p)| state.finish(|rows, top| self.score(*p, rows, top))).collect()
    }

    fn tile(&self, tile: &Tile<'_>, first: bool, lanes: &mut Lanes<'_>, scratch: &mut Scratch) {
        let mut from = 0;
        for to in STEPS.into_iter().filter(|step| first || *step == TILE).map(|step| step.min(tile.count)) {
            self.step(tile, (from, to), lanes, scratch);
            from = to;
        }
    }

    /// Rows `from..to` of a tile: scanned against the bars of now, then taken in.
    fn step(&self, tile: &Tile<'_>, (from, to): (usize, usize), lanes: &mut Lanes<'_>, scratch: &mut Scratch) {
        let words = self.pass.words();
        let start = tile.number * TILE + from;
        let errors: Vec<f64> = lanes.probes.iter().map(|probe| self.pass.error(*probe, tile.number)).collect();
        let scales: Vec<f64> = lanes.probes.iter().map(|probe| self.pass.scale(*probe)).collect();
        scratch.bars.fill(f32::INFINITY);
        for (lane, bar) in scratch.bars.iter_mut().enumerate().take(lanes.probes.len()) {
            if self.probes.get(lanes.probes[lane]).is_some() {
                *bar = lanes.states[lane].bar(scales[lane], errors[lane]);
            }
        }
        let (panel, bars, reached) = (lanes.panel, &scratch.bars, &mut scratch.reached);
        let (rows, row_scales) = (&tile.rows[from * words..to * words], self.pass.scales(start, start + to - from));
        self.isa.scan(self.pass.kind(), Scan { words, panel, rows, scales: row_scales, bars, reached });
        for Reached { lane, row, score } in scratch.reached.drain(..) {
            let (lane, row) = (lane as usize, start + row as usize);
            if self.gallery.get(row).is_some() {
                lanes.states[lane].offer(row as u32, f64::from(score) * scales[lane], errors[lane]);
            }
        }
        for (state, probe) in lanes.states.iter_mut().zip(lanes.probes) {
            state.tidy(|rows, top| self.score(*probe, rows, top));
        }
    }

    /// Exact scores.
    fn score(&self, probe: usize, rows: &[u32], top: &mut Top) {
        let mate = |row: u32| self.subjects.is_some_and(|s| s.probes[probe] == s.gallery[row as usize]);
        let scores = self.probes.scores(probe, self.gallery, rows);
        let hits = rows.iter().zip(scores).map(|(index, score)| (Hit { index: *index, score }, mate(*index)));
        top.take(hits);
    }
}
