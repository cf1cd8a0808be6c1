//! Our rates on the scores of a source against what bob_reference.py found on them.
use l2face_metrics::{FarMode, FpirMode, Probe, ScoreSet, Search};
use serde_json::Value;

use crate::fixture::{close, floats};
use crate::generator::{all_sets, cut, numbers, Source};

pub fn far_thresholds(reference: &Value, source: &Source) {
    let rates = floats(&reference["rates"]);
    for (name, genuine, impostor) in all_sets(source) {
        let set = ScoreSet::new(genuine, impostor).unwrap();
        let expected = reference["sets"][name]["far"].as_array().unwrap();
        for (x, value) in rates.iter().zip(expected) {
            let at = set.tar_at_far(*x, FarMode::Bob).unwrap();
            close(&format!("{name} at {x}"), &[at.tar, at.achieved_far, at.threshold], value);
            assert!(at.tar <= set.tar_at_far(*x, FarMode::Conservative).unwrap().tar);
        }
    }
}

pub fn nearest_equal_error_rates(reference: &Value, source: &Source) {
    for (name, genuine, impostor) in all_sets(source) {
        let nearest = ScoreSet::new(genuine, impostor).unwrap().eer_nearest();
        close(name, &[nearest.eer], &reference["sets"][name]["eer"]);
        assert_eq!(nearest.eer, (nearest.fmr + nearest.fnmr) / 2.0);
    }
}

/// The probes of a search in bob_reference.py.
fn search(source: &Source, name: &str, probes: usize, gallery: usize, steps: u32) -> Search {
    let probe = |n: usize| {
        let is_mate = |j: usize| j % 9 == n % 12;
        let raw = numbers(&source.name(&format!("search/{name}/{n}")), gallery);
        let lifted = raw.iter().enumerate().map(|(j, &s)| if is_mate(j) { s * 0.5 + 0.5 } else { s });
        Probe::from_scores(&lifted.map(|s| cut(s, steps)).collect::<Vec<_>>(), is_mate).unwrap()
    };
    Search::new(&(0..probes).map(probe).collect::<Vec<_>>()).unwrap()
}

fn searches(reference: &Value, source: &Source) -> Vec<(Value, Search, &'static str)> {
    let shapes = [("distinct", 240, 12, 0), ("ties", 240, 12, 8), ("coarse", 60, 14, 2)];
    let made = shapes
        .map(|(name, n, g, steps)| (reference["searches"][name].clone(), search(source, name, n, g, steps), name));
    made.to_vec()
}

pub fn ranks(reference: &Value, source: &Source) {
    for (expected, search, name) in searches(reference, source) {
        let length = expected["cmc"].as_array().unwrap().len();
        let cmc = search.cmc(length).unwrap();
        close(name, &cmc, &expected["cmc"]);
        let ranks = [1, 2, 5].map(|k| search.rank_k(k).unwrap());
        close(name, &ranks, &expected["rank"]);
        assert_eq!([cmc[0], cmc[1], cmc[4]], ranks);
    }
}

pub fn open_set_rates(reference: &Value, source: &Source) {
    for (expected, search, name) in searches(reference, source) {
        for (key, mode) in [("bob", FpirMode::Bob), ("insightface", FpirMode::Insightface)] {
            for row in expected[key].as_array().unwrap() {
                let x = row[0].as_f64().unwrap();
                let [first, third] = [1, 3].map(|rank| search.tpir_at_fpir_by(x, rank, mode).unwrap());
                let got = [x, first.tpir, third.tpir, first.achieved_fpir, first.threshold];
                close(&format!("{name} {key} at {x}"), &got, row);
                assert!(first.achieved_fpir <= x);
                assert_eq!(first.k_zero, x * (search.non_mated() as f64) < 1.0);
            }
        }
    }
}
