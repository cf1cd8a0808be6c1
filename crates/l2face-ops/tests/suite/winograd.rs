//! 3x3 convolutions with channels enough for Winograd's transforms, on random shapes, against f64.
use crate::common::*;
use candle_core::{DType, Result, Tensor};
use l2face_ops::{compose, conv2d};
use proptest::prelude::*;

/// [output, gradient of the input, gradient of the weights]
fn run(x: &[usize], w: &[usize], dtype: DType, op: impl Fn(&Tensor, &Tensor) -> Result<Tensor>) -> Result<[Tensor; 3]> {
    let (x, w) = (noise(1, x, dtype)?, noise(2, w, dtype)?);
    let y = op(&x, &w)?;
    let grads = y.mul(noise(3, y.dims(), dtype)?.as_tensor())?.sum_all()?.backward()?;
    let grad = |v: &Tensor| grads.get(v).cloned().expect("both inputs get a gradient");
    Ok([y, grad(&x), grad(&w)])
}

fn worst(x: &[usize], w: &[usize], padding: usize) -> Result<f64> {
    let fast = run(x, w, DType::F32, |x, w| conv2d(x, w, 1, padding))?;
    let slow = run(x, w, DType::F64, |x, w| compose::conv2d(x, w, 1, padding))?;
    let differences = fast.iter().zip(&slow).map(|(a, b)| relative_error(a, b)).collect::<Result<Vec<_>>>()?;
    Ok(differences.into_iter().fold(0., f64::max))
}

proptest! {
    #![proptest_config(cases_of(500))]

    #[test]
    fn random_shapes_agree_with_f64(
        n in 1usize..5, c in 16usize..70, o in 16usize..70, h in 1usize..20, w in 1usize..20, padding in 0usize..3,
    ) {
        prop_assume!(h + 2 * padding >= 3 && w + 2 * padding >= 3);
        let worst = worst(&[n, c, h, w], &[o, c, 3, 3], padding).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(worst <= 1e-4, "{worst}");
    }
}

#[test]
fn the_widest_layers_of_the_networks_agree_with_f64() -> Result<()> {
    for (x, channels) in [([2, 64, 54, 46], 64), ([1, 256, 12, 10], 256), ([2, 512, 5, 4], 512)] {
        let worst = worst(&x, &[channels, x[1], 3, 3], 1)?;
        assert!(worst <= 1e-4, "{x:?}: {worst}");
    }
    Ok(())
}
