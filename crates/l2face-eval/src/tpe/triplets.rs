//! Hard triplets of a batch, their loss and its gradient.

use rayon::prelude::*;

use super::matrix::{add_difference, add_scaled, combine, Matrix};

/// The mean loss over triplets and its gradient, for checks and for training loops of one's own; see [`triplet_loss`].
#[derive(Clone, Debug, PartialEq)]
pub struct TripletLoss {
    /// `-log p`, averaged over the triplets; 0 without any.
    pub loss: f64,
    /// d loss / d W, in W's layout: `dim` rows of D numbers.
    pub gradient: Vec<Vec<f64>>,
    /// Anchor, positive, hardest negative: indices of vectors, anchors and positives rising.
    pub triplets: Vec<[usize; 3]>,
}

/// The loss of TPE (arXiv 1604.05417) on one batch: for every ordered pair (i, j) of one person, k is the other person's vector of the
/// largest s(i, k), of equals the first; s(a, b) = (W v_a) . (W v_b); p = e^s(i,j) / (e^s(i,j) + e^s(i,k)). `w` is `dim` rows of D
/// numbers, `vectors` rows of D numbers, taken as they are.
///
/// # Panics
/// If a row has another length, or there are not as many labels as vectors.
pub fn triplet_loss(w: &[Vec<f64>], vectors: &[Vec<f64>], labels: &[u64]) -> TripletLoss {
    assert_eq!(vectors.len(), labels.len(), "one label a vector");
    let cols = vectors.first().map_or(1, Vec::len);
    assert!(w.iter().chain(vectors).all(|row| row.len() == cols), "rows of {cols} numbers");
    let flat = |rows: &[Vec<f64>]| Matrix { cols, data: rows.concat() };
    let batch = Hard::of(&flat(w).transposed(), &flat(vectors), labels);
    let gradient = batch.gradient.transposed();
    TripletLoss {
        loss: batch.loss,
        gradient: gradient.data.chunks_exact(cols).map(<[f64]>::to_vec).collect(),
        triplets: batch.anchors.iter().enumerate().flat_map(|(i, a)| a.triplets(i)).collect(),
    }
}

/// One batch; `gradient` is that of W transposed (D, dim).
pub(super) struct Hard {
    pub loss: f64,
    pub gradient: Matrix,
    anchors: Vec<Anchor>,
}

/// The triplets of one anchor; they share their negative.
struct Anchor {
    negative: usize,
    /// Positive, -log p, 1 - p.
    positives: Vec<(usize, f64, f64)>,
}

impl Anchor {
    fn triplets(&self, anchor: usize) -> impl Iterator<Item = [usize; 3]> + '_ {
        self.positives.iter().map(move |(positive, ..)| [anchor, *positive, self.negative])
    }
}

impl Hard {
    /// `w` is W transposed (D, dim), so that both products run along rows.
    pub fn of(w: &Matrix, vectors: &Matrix, labels: &[u64]) -> Self {
        let embedded = vectors.times(w);
        let columns = embedded.transposed();
        let mine = |i: usize| mine(i, embedded.row(i), &columns, labels);
        let anchors: Vec<Anchor> = (0..labels.len()).into_par_iter().map(mine).collect();
        let count = anchors.iter().map(|a| a.positives.len()).sum::<usize>().max(1) as f64;
        let loss = anchors.iter().flat_map(|a| &a.positives).map(|p| p.1).sum::<f64>() / count;
        // d(-log p) = -(1 - p) d(s(i,j) - s(i,k)), and ds(a,b)/dW = W (v_a v_b' + v_b v_a'): summed over the triplets, W times a
        // symmetric matrix V' C V. It is never made: this is (C V W')', then V' times it.
        let slope = slope(&anchors, &embedded, count);
        Self { loss, gradient: vectors.transposed().times(&slope), anchors }
    }
}

/// The positives of anchor `i` and its hardest negative; without one of the two there is no triplet.
fn mine(i: usize, anchor: &[f64], columns: &Matrix, labels: &[u64]) -> Anchor {
    let mut scores = vec![0.0; labels.len()];
    combine(&mut scores, anchor, columns);
    let mut hardest: Option<usize> = None;
    for k in (0..labels.len()).filter(|&k| labels[k] != labels[i]) {
        if hardest.is_none_or(|h| scores[k] > scores[h]) {
            hardest = Some(k);
        }
    }
    let Some(negative) = hardest else { return Anchor { negative: i, positives: vec![] } };
    let triplet = |j: usize| {
        let (loss, slope) = log_loss(scores[j] - scores[negative]);
        (j, loss, slope)
    };
    let positives = (0..labels.len()).filter(|&j| j != i && labels[j] == labels[i]).map(triplet).collect();
    Anchor { negative, positives }
}

/// `-log p` and `1 - p` for `p = 1 / (1 + e^-x)`, exact for any x.
fn log_loss(x: f64) -> (f64, f64) {
    let small = (-x.abs()).exp();
    let loss = (-x).max(0.0) + small.ln_1p();
    let wrong = if x >= 0.0 { small / (1.0 + small) } else { 1.0 / (1.0 + small) };
    (loss, wrong)
}

/// d loss / d (W v) for every vector (N, dim), in the triplets' order.
fn slope(anchors: &[Anchor], embedded: &Matrix, count: f64) -> Matrix {
    let mut slope = Matrix::zeros(embedded.rows(), embedded.cols);
    for (i, anchor) in anchors.iter().enumerate() {
        for &(positive, _, wrong) in &anchor.positives {
            let scale = wrong / count;
            let (i_row, k_row) = (embedded.row(i), embedded.row(anchor.negative));
            add_difference(slope.row_mut(i), scale, k_row, embedded.row(positive));
            add_scaled(slope.row_mut(positive), -scale, i_row);
            add_scaled(slope.row_mut(anchor.negative), scale, i_row);
        }
    }
    slope
}
