//! The networks against PyTorch in f64; the numbers come from ../../tests/reference.py (torch 2.15).
use super::generator::{builder, numbers, PLANS};
use crate::network::Network;
use candle_core::{DType, Result};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Case {
    input: Vec<usize>,
    shape: Vec<usize>,
    values: Vec<f64>,
}

#[test]
fn pytorch_agrees() -> Result<()> {
    let text = include_str!("../../tests/fixtures/networks.json");
    let cases: HashMap<String, Case> = serde_json::from_str(text).expect("the script wrote it");
    for plan in PLANS {
        for (dtype, tolerance) in [(DType::F64, 1e-10), (DType::F32, 2e-5)] {
            let case = &cases[plan.name];
            let x = numbers(&format!("{} input", plan.name), &case.input)?.to_dtype(dtype)?;
            let y = Network::new(plan, &builder(dtype)?)?.forward(&x)?;
            assert_eq!(y.dims()[..case.shape.len()], case.shape, "{}", plan.name);
            assert_eq!(y.elem_count(), case.values.len());
            let y: Vec<f64> = y.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
            for (i, (got, want)) in y.iter().zip(&case.values).enumerate() {
                assert!((got - want).abs() <= tolerance * (1. + want.abs()), "{} {i}: {got} is not {want}", plan.name);
            }
        }
    }
    Ok(())
}

#[test]
fn the_numbers_of_weights_are_the_papers() {
    // Sums over the published files' tensors.
    let count = |i: usize| PLANS[i].variables().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum::<usize>();
    assert_eq!([count(0), count(1), count(2)], [6632, 100_178, 389_040]);
}
