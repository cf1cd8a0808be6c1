//! The inner loops: a panel of probes, one a lane, against gallery rows.

use pulp::bytemuck::{cast_slice, Zeroable};
use pulp::NullaryFnOnce;

use super::arith::Arith;

/// A panel against some gallery rows.
pub(super) struct Scan<'a> {
    /// Words of a vector.
    pub words: usize,
    /// `words` x width: the probes' first words, their second words, and so on.
    pub panel: &'a [u32],
    /// The rows' words, row by row.
    pub rows: &'a [u32],
    /// A scale for each row.
    pub scales: &'a [f32],
    /// A bar for each probe of the panel.
    pub bars: &'a [f32],
    /// Takes in the scores that reach their bars.
    pub reached: &'a mut Vec<Reached>,
}

/// A fast score that reached its bar.
#[derive(Clone, Copy)]
pub(super) struct Reached {
    /// Of the panel.
    pub lane: u32,
    /// Of the rows that were scanned.
    pub row: u32,
    pub score: f32,
}

/// A scan with `V` registers of a panel's row times `R` gallery rows at once.
pub(super) struct ScanWith<'a, A, const V: usize, const R: usize>(pub A, pub Scan<'a>);

impl<A: Arith, const V: usize, const R: usize> NullaryFnOnce for ScanWith<'_, A, V, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self(arith, mut scan) = self;
        let (rows, words) = (scan.rows, scan.words);
        let whole = rows.len() / (R * words) * R;
        for row in (0..whole).step_by(R) {
            block::<A, V, R>(arith, &mut scan, &rows[row * words..], row);
        }
        for row in whole..rows.len() / words {
            block::<A, V, 1>(arith, &mut scan, &rows[row * words..], row);
        }
    }
}

#[inline(always)]
fn block<A: Arith, const V: usize, const R: usize>(arith: A, scan: &mut Scan<'_>, rows: &[u32], first: usize) {
    let words = scan.words;
    let panel: &[A::Vector] = cast_slice(scan.panel);
    let rows: [&[u32]; R] = std::array::from_fn(|r| &rows[r * words..][..words]);
    let mut sums = [[A::Vector::zeroed(); V]; R];
    for (k, probes) in panel.chunks_exact(V).enumerate().take(words) {
        let probes: [A::Vector; V] = std::array::from_fn(|v| probes[v]);
        for r in 0..R {
            let word = arith.splat(rows[r][k]);
            for v in 0..V {
                sums[r][v] = arith.multiply_add(probes[v], word, sums[r][v]);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let (row, scale) = (first + r, scan.scales[first + r]);
        for (v, sum) in sums.iter().enumerate() {
            let bars: &[A::Vector] = cast_slice(scan.bars);
            let reached = arith.reaches(*sum, scale, bars[v]);
            if reached != 0 {
                report(scan.reached, reached, cast_slice(&[arith.scores(*sum, scale)]), v * A::LANES, row);
            }
        }
    }
}

#[inline(never)]
fn report(all: &mut Vec<Reached>, mut reached: u32, scores: &[f32], lane: usize, row: usize) {
    while reached != 0 {
        let at = reached.trailing_zeros() as usize;
        all.push(Reached { lane: (lane + at) as u32, row: row as u32, score: scores[at] });
        reached &= reached - 1;
    }
}
