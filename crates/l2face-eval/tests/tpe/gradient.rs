//! Loss and gradient against slow formulas.

use l2face_eval::triplet_loss;

use crate::made_up::{dot, matrix, people};

/// The definition, word by word: (loss, triplets).
fn slow(w: &[Vec<f64>], vectors: &[Vec<f64>], labels: &[u64]) -> (f64, Vec<[usize; 3]>) {
    let embed = |v: &Vec<f64>| w.iter().map(|row| dot(row, v)).collect::<Vec<f64>>();
    let s = |a: usize, b: usize| dot(&embed(&vectors[a]), &embed(&vectors[b]));
    let (mut sum, mut triplets) = (0.0, vec![]);
    for i in 0..labels.len() {
        for j in 0..labels.len() {
            if i == j || labels[i] != labels[j] {
                continue;
            }
            let others = (0..labels.len()).filter(|&k| labels[k] != labels[i]);
            let k = others.max_by(|&a, &b| s(i, a).total_cmp(&s(i, b))).unwrap();
            let p = s(i, j).exp() / (s(i, j).exp() + s(i, k).exp());
            sum -= p.ln();
            triplets.push([i, j, k]);
        }
    }
    (sum / triplets.len() as f64, triplets)
}

#[test]
fn loss_and_triplets_are_those_of_the_definition() {
    for (key, scale) in [(1, 1.0), (2, 3.0), (3, 8.0)] {
        let (vectors, labels) = people(5, 9);
        let mut w = matrix(key, 4, 9);
        w.iter_mut().flatten().for_each(|x| *x *= scale);
        let (loss, triplets) = slow(&w, &vectors, &labels);
        let got = triplet_loss(&w, &vectors, &labels);
        assert!((got.loss - loss).abs() < 1e-12 * loss, "{} and {loss}", got.loss);
        assert_eq!(got.triplets, triplets);
        assert_eq!(triplets.len(), 2 + 6 + 12 + 20, "the person of one vector is a negative alone");
    }
}

#[test]
fn gradient_agrees_with_finite_differences() {
    let (vectors, labels) = people(5, 9);
    let w = matrix(4, 4, 9);
    let got = triplet_loss(&w, &vectors, &labels);
    let step = 1e-5;
    for (r, c) in (0..4).flat_map(|r| (0..9).map(move |c| (r, c))) {
        let at = |by: f64| {
            let mut moved = w.clone();
            moved[r][c] += by;
            let moved = triplet_loss(&moved, &vectors, &labels);
            assert_eq!(moved.triplets, got.triplets, "the step must not change the negatives");
            moved.loss
        };
        let numeric = (at(step) - at(-step)) / (2.0 * step);
        let error = (numeric - got.gradient[r][c]).abs();
        assert!(error < 1e-9, "({r}, {c}): {} and {numeric}", got.gradient[r][c]);
    }
    assert!(got.gradient.iter().flatten().all(|g| g.abs() > 1e-6), "a zero gradient would prove nothing");
}

#[test]
fn equal_negatives_give_the_first() {
    let vectors = vec![vec![1.0, 0.0], vec![1.0, 0.1], vec![0.3, 1.0], vec![0.5, 0.5], vec![0.5, 0.5]];
    let got = triplet_loss(&[vec![1.0, 0.0], vec![0.0, 1.0]], &vectors, &[1, 1, 2, 3, 4]);
    assert_eq!(got.triplets, [[0, 1, 3], [1, 0, 3]]);
}

#[test]
fn extreme_scores_neither_overflow_nor_vanish() {
    let vectors = vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 0.001]];
    let got = triplet_loss(&[vec![1e3, 0.0], vec![0.0, 1e3]], &vectors, &[1, 1, 2]);
    // s(0,1) = 0, s(0,2) = 1e6 and s(1,2) = 1e3: -log p is the difference
    assert!((got.loss - (1e6 + 1e3) / 2.0).abs() < 1e-6, "{}", got.loss);
    assert!(got.gradient.iter().flatten().all(|g| g.is_finite()));
}

#[test]
fn without_triplets_there_is_no_loss() {
    let got = triplet_loss(&matrix(1, 2, 3), &matrix(2, 3, 3), &[1, 2, 3]);
    assert_eq!((got.loss, got.triplets.len()), (0.0, 0));
    assert!(got.gradient.iter().flatten().all(|g| *g == 0.0));
}
