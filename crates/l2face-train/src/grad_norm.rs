//! Euclidean norms of gradients, summed in f64.

use candle_core::{CpuStorage, DType, Result, Storage, Tensor};

/// The sum of squares of one gradient; NaN or infinite exactly when an element is (on a GPU also when the f32 sum
/// overflows, which no gradient one would train on does).
pub(crate) fn sum_of_squares(grad: &Tensor) -> Result<f64> {
    let grad = grad.contiguous()?;
    {
        let (storage, layout) = grad.storage_and_layout();
        if let (Storage::Cpu(CpuStorage::F32(all)), Some((from, to))) = (&*storage, layout.contiguous_offsets()) {
            return Ok(squares(&all[from..to]));
        }
    }
    let wide = match grad.dtype() {
        DType::F64 => grad,
        _ => grad.to_dtype(DType::F32)?,
    };
    wide.sqr()?.sum_all()?.to_dtype(DType::F64)?.to_scalar()
}

/// Eight running sums, so that the loop vectorises; the order of summation is fixed.
fn squares(values: &[f32]) -> f64 {
    let mut sums = [0f64; 8];
    let chunks = values.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|&v| f64::from(v).powi(2)).sum();
    for chunk in chunks {
        for (sum, &v) in sums.iter_mut().zip(chunk) {
            *sum += f64::from(v) * f64::from(v);
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn squares_agree_with_the_plain_sum_on_views_and_types() {
        let t = Tensor::arange(0f32, 35., &Device::Cpu).unwrap().reshape((5, 7)).unwrap();
        let view = t.narrow(1, 2, 3).unwrap().t().unwrap();
        let plain: f64 = (0..5).flat_map(|r| (2..5).map(move |c| f64::from(r * 7 + c).powi(2))).sum();
        assert_eq!(sum_of_squares(&view).unwrap(), plain);
        assert_eq!(sum_of_squares(&view.to_dtype(DType::F64).unwrap()).unwrap(), plain);
        assert_eq!(sum_of_squares(&t).unwrap(), (0..35).map(|v| f64::from(v * v)).sum::<f64>());
    }

    #[test]
    fn one_bad_element_shows_and_large_ones_do_not() {
        let sum = |v: f32| {
            let mut values = vec![1f32; 20];
            values[9] = v;
            sum_of_squares(&Tensor::new(values, &Device::Cpu).unwrap()).unwrap()
        };
        assert!(sum(f32::NAN).is_nan());
        assert!(sum(f32::NEG_INFINITY).is_infinite());
        assert!(sum(1e30).is_finite());
    }
}
