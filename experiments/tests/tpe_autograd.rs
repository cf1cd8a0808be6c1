//! The gradient that l2face-eval writes out against candle's autograd on the same triplets.

use candle_core::{Device, Result, Tensor, Var};
use l2face_eval::triplet_loss;

/// Numbers without a generator: steps of the golden section.
fn numbers(count: usize, from: f64) -> Vec<f64> {
    let golden = |i: usize| (from + i as f64 * 0.618_033_988_749_894_9).fract() - 0.5;
    (0..count).map(|i| golden(i) * (1.0 + (i % 7) as f64 / 7.0)).collect()
}

fn rows(flat: &[f64], cols: usize) -> Vec<Vec<f64>> {
    flat.chunks_exact(cols).map(<[f64]>::to_vec).collect()
}

/// The mean of `-log p` as a graph of candle's operations.
fn loss(w: &Tensor, vectors: &Tensor, triplets: &[[usize; 3]]) -> Result<Tensor> {
    let column = |at: usize| {
        let indices: Vec<u32> = triplets.iter().map(|t| t[at] as u32).collect();
        let picked = vectors.index_select(&Tensor::from_vec(indices, triplets.len(), &Device::Cpu)?, 0)?;
        picked.matmul(&w.t()?)
    };
    let (anchor, positive, negative) = (column(0)?, column(1)?, column(2)?);
    let score = |other: &Tensor| (&anchor * other)?.sum(1);
    let (positive, negative) = (score(&positive)?.exp()?, score(&negative)?.exp()?);
    let p = (&positive / (&positive + &negative)?)?;
    p.log()?.neg()?.mean_all()
}

#[test]
fn gradient_is_candles() {
    const DIM: usize = 5;
    const COLS: usize = 11;
    let labels: Vec<u64> = [1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 5, 5].to_vec();
    for from in [0.1, 0.7, 2.3] {
        let (w, vectors) = (numbers(DIM * COLS, from), numbers(labels.len() * COLS, from + 5.0));
        let ours = triplet_loss(&rows(&w, COLS), &rows(&vectors, COLS), &labels);
        assert_eq!(ours.triplets.len(), 2 + 6 + 12 + 2);
        let var = Var::from_vec(w, (DIM, COLS), &Device::Cpu).unwrap();
        let vectors = Tensor::from_vec(vectors, (labels.len(), COLS), &Device::Cpu).unwrap();
        let loss = loss(var.as_tensor(), &vectors, &ours.triplets).unwrap();
        assert!((loss.to_scalar::<f64>().unwrap() - ours.loss).abs() < 1e-13);
        let grads = loss.backward().unwrap();
        let theirs = grads.get(var.as_tensor()).unwrap().to_vec2::<f64>().unwrap();
        let pairs = ours.gradient.iter().flatten().zip(theirs.iter().flatten());
        let worst = pairs.clone().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let largest = pairs.map(|(_, b)| b.abs()).fold(0.0, f64::max);
        assert!(worst < 1e-13 && largest > 0.01, "{worst} of {largest}");
    }
}
