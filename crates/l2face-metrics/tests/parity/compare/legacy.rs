//! Our rates on the scores of a source against what legacy.py found on them.
use l2face_metrics::LegacyInsightface1n;
use serde_json::Value;

use crate::fixture::{close, floats};
use crate::generator::{cut, numbers, Source};

const SHAPES: [(&str, usize, usize, u32); 3] = [("distinct", 150, 12, 0), ("ties", 150, 12, 16), ("coarse", 40, 3, 2)];

fn searches(source: &Source, name: &str, probes: usize, gallery: usize, steps: u32) -> LegacyInsightface1n {
    let raw = numbers(&source.name(&format!("legacy/{name}")), probes * gallery);
    let (mut mates, mut others) = (vec![], vec![]);
    for (probe, scores) in raw.chunks(gallery).enumerate() {
        for (i, &s) in scores.iter().enumerate() {
            let is_mate = i == probe % gallery;
            let score = cut(if is_mate { s * 0.5 + 0.5 } else { s }, steps);
            if is_mate { &mut mates } else { &mut others }.push(score);
        }
    }
    LegacyInsightface1n::new(mates, others).unwrap()
}

pub fn rates(reference: &Value, source: &Source) {
    for (name, probes, gallery, steps) in SHAPES {
        let made = searches(source, name, probes, gallery, steps);
        let rows = reference["sets"][name].as_array().unwrap();
        for (x, row) in floats(&reference["rates"]).into_iter().zip(rows) {
            let at = made.tpir_at(x).unwrap();
            close(&format!("{name} at {x}"), &[at.tpir, at.threshold], row);
            assert_eq!(at.target, x);
        }
    }
}
