//! One product that every path of scoring ends with.

/// Sums kept side by side, so that compilers find registers for them.
const LANES: usize = 16;

/// The scalar product of two vectors of one length, in f64. Products of two f32 are exact in f64; they are added in an order that
/// depends on the length alone, on any machine: element `i` goes to sum `i % 16`, then the sums are added by halves.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    pulp::Arch::new().dispatch(|| dot_inline(a, b))
}

/// [`dot`] for callers that chose an instruction set already. Products and sums are never fused, so all sets give the same bits.
#[inline(always)]
pub(crate) fn dot_inline(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0f64; LANES];
    let (x, y) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = x.remainder().iter().zip(y.remainder());
    for (x, y) in x.zip(y) {
        for lane in 0..LANES {
            sums[lane] += f64::from(x[lane]) * f64::from(y[lane]);
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(rest) {
        *sum += f64::from(*x) * f64::from(*y);
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}
