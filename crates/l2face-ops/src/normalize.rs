//! Rows of unit length: layer "L2 normalise" of the paper (arXiv 1703.09507, section 4).
use candle_core::{bail, Result, Tensor, D};

/// Each row of `x` (N, D) divided by max(its Euclidean length, `eps`).
///
/// A row of zeros stays zero, and its gradient is finite (the upstream gradient divided by `eps`,
/// as in PyTorch's `functional.normalize`), so choose `eps` no smaller than needed.
///
/// # Errors
/// When `x` is not a matrix, or `eps` is not positive.
pub fn l2_normalize(x: &Tensor, eps: f64) -> Result<Tensor> {
    if x.rank() != 2 || eps.is_nan() || eps <= 0. {
        bail!("l2_normalize: a matrix and a positive eps are required, got {:?} and {eps}", x.shape());
    }
    let squared = x.sqr()?.sum_keepdim(D::Minus1)?;
    // The root is taken only of numbers >= eps^2, where its slope is finite.
    let floor = (squared.ones_like()? * (eps * eps))?;
    let length = squared.gt(&floor)?.where_cond(&squared, &floor)?.sqrt()?;
    x.broadcast_div(&length)
}
