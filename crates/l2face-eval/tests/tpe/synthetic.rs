//! A problem whose answer is known: what varies within people lies in a few directions, and these should fade.

use l2face_eval::{Tpe, TpeConfig, TpeError};
use l2face_metrics::{FarMode, ScoreSet};

use crate::made_up::uniform;

const COLS: u64 = 32;
/// The first numbers of a vector are the same for a person, the next ones are the moment's, the others small noise.
const PERSON: u64 = 12;
const MOMENT: u64 = 8;

/// `count` vectors of each person; the moment is louder than the person.
fn vectors(from: u64, people: u64, count: u64) -> (Vec<Vec<f32>>, Vec<u64>) {
    let number = |p: u64, i: u64, d: u64| {
        let (person, moment) = (uniform(p, d) - 0.5, uniform(100_000 + 97 * p + i, d) - 0.5);
        match d {
            _ if d < PERSON => person + 0.2 * moment,
            _ if d < PERSON + MOMENT => 1.5 * moment,
            _ => 0.2 * moment,
        }
    };
    let all = (from..from + people).flat_map(|p| (0..count).map(move |i| (p, i)));
    all.map(|(p, i)| ((0..COLS).map(|d| number(p, i, d) as f32).collect(), p)).unzip()
}

/// TAR at FAR 1e-2 of the cosines of all pairs.
fn tar(vectors: &[Vec<f32>], labels: &[u64]) -> f64 {
    let (mut genuine, mut impostor) = (vec![], vec![]);
    for i in 0..labels.len() {
        for j in 0..i {
            let dot = |a: usize, b: usize| {
                vectors[a].iter().zip(&vectors[b]).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>()
            };
            let score = dot(i, j) / (dot(i, i) * dot(j, j)).sqrt();
            if labels[i] == labels[j] { &mut genuine } else { &mut impostor }.push(score);
        }
    }
    ScoreSet::new(genuine, impostor).unwrap().tar_at_far(1e-2, FarMode::Conservative).unwrap().tar
}

fn trained(config: &TpeConfig) -> Tpe {
    let (train, labels) = vectors(0, 80, 6);
    Tpe::fit(&train, &labels, config).unwrap()
}

fn config() -> TpeConfig {
    TpeConfig { dim: 16, batch: 64, ..TpeConfig::default() }
}

#[test]
fn other_people_are_told_apart_better() {
    let (test, labels) = vectors(500, 60, 5);
    let embedded = |tpe: &Tpe| test.iter().map(|v| tpe.apply(v).unwrap()).collect::<Vec<_>>();
    let before = tar(&test, &labels);
    let components = tar(&embedded(&trained(&TpeConfig { epochs: 0, ..config() })), &labels);
    let after = tar(&embedded(&trained(&config())), &labels);
    println!("TAR at FAR 1e-2: {before:.3}, principal components {components:.3}, TPE {after:.3}");
    assert!(before < 0.5 && components < 0.5, "the problem must be hard: {before}, {components}");
    assert!(after > before + 0.3, "{before} to {after}");
}

#[test]
fn what_varies_within_people_fades() {
    let gain = |tpe: &Tpe, from: u64, to: u64| {
        let rows = tpe.weight();
        let column = |d: u64| rows.iter().map(|r| r[d as usize].powi(2)).sum::<f64>();
        (from..to).map(column).sum::<f64>() / (to - from) as f64
    };
    let ratio = |tpe: &Tpe| (gain(tpe, PERSON, PERSON + MOMENT) / gain(tpe, 0, PERSON)).sqrt();
    let (start, end) = (ratio(&trained(&TpeConfig { epochs: 0, ..config() })), ratio(&trained(&config())));
    println!("gain of the moment to that of the person: {start:.3}, trained {end:.3}");
    assert!(start > 1.0 && end < 0.5, "{start} to {end}");
}

#[test]
fn any_number_of_threads_gives_the_same_bits_and_another_seed_does_not() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| trained(&config()))
    };
    let one = with(1);
    assert_eq!(one, with(3));
    assert_eq!(one, with(8));
    assert_ne!(one, trained(&TpeConfig { seed: 1, ..config() }));
}

#[test]
fn the_dimension_is_capped() {
    let fit = |people, dim| {
        let (v, l) = vectors(0, people, 2);
        Tpe::fit(&v, &l, &TpeConfig { dim, ..TpeConfig::default() }).unwrap()
    };
    assert_eq!(fit(40, 1000).dim(), COLS as usize);
    assert_eq!(fit(5, 1000).dim(), 9, "ten vectors span nine directions about their mean");
    let tpe = fit(40, 3);
    assert_eq!((tpe.dim(), tpe.weight().len(), tpe.weight()[0].len()), (3, 3, COLS as usize));
    let (v, _) = vectors(9, 1, 1);
    let unit = tpe.apply(&v[0]).unwrap();
    assert!((unit.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-6);
    let larger: Vec<f32> = v[0].iter().map(|x| x * 1024.0).collect();
    assert_eq!(tpe.apply(&larger).unwrap(), unit, "length does not matter");
}

#[test]
fn steps_that_are_too_large_are_an_error_and_not_a_bad_embedding() {
    let (train, labels) = vectors(0, 80, 6);
    let with = |learning_rate| Tpe::fit(&train, &labels, &TpeConfig { learning_rate, ..config() });
    assert!(with(10.0).is_ok());
    for rate in [30.0, 1e3, 1e9, 1e200] {
        let error = with(rate).unwrap_err();
        assert_eq!(error, TpeError::Diverged { epoch: 1, learning_rate: rate });
    }
}
