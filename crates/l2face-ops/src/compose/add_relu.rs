//! Addition and the positive part.
use candle_core::{Result, Tensor};

/// See [`crate::add_relu`].
///
/// # Errors
/// When the shapes differ.
pub fn add_relu(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let sum = (a + b)?;
    sum.le(0.)?.where_cond(&sum.zeros_like()?, &sum)
}
