//! One product that every path of scoring ends with.

mod lanes;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(super) use lanes::{widest, Lanes, Task};

/// Sums kept side by side: two registers of the widest set, four of the next.
const SUMS: usize = 16;

/// The scalar product of two vectors of one length, in f64. Products of two f32 are exact in f64; they are added in an order that
/// depends on the length alone, on any machine: element `i` goes to sum `i % 16`, then the sums are added by halves.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    widest(Dot(a, b))
}

struct Dot<'a>(&'a [f32], &'a [f32]);

impl Task for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> f64 {
        dot_with(lanes, self.0, self.1)
    }
}

/// [`dot`] for callers that chose an instruction set already. A product is exact, so a set that fuses it with the sum gives the same bits.
#[inline(always)]
pub(super) fn dot_with<L: Lanes>(lanes: L, a: &[f32], b: &[f32]) -> f64 {
    let ((x, x_rest), (y, y_rest)) = (a.as_chunks::<SUMS>(), b.as_chunks::<SUMS>());
    let mut wide = lanes.zeros();
    for (x, y) in x.iter().zip(y) {
        wide = lanes.add_products(wide, x, y);
    }
    let mut sums = lanes.values(wide);
    for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum += f64::from(*x) * f64::from(*y);
    }
    by_halves(sums)
}

#[inline(always)]
fn by_halves(mut sums: [f64; SUMS]) -> f64 {
    let mut half = SUMS / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every instruction set of this machine against the definition, to the last bit.
    #[test]
    fn instruction_sets_agree() {
        let number = |i: usize| ((i * 2_654_435_761 % 1_000_003) as f32 / 1e6 - 0.5).powi(3);
        for len in [0, 1, 15, 16, 17, 31, 128, 512, 515] {
            let (a, b): (Vec<f32>, Vec<f32>) = ((0..len).map(number).collect(), (7..len + 7).map(number).collect());
            let mut sums = [0f64; SUMS];
            (0..len).for_each(|i| sums[i % SUMS] += f64::from(a[i]) * f64::from(b[i]));
            let want = by_halves(sums).to_bits();
            assert_eq!(
                lanes::every(|| Dot(&a, &b)).into_iter().map(f64::to_bits).find(|got| *got != want),
                None,
                "{len}"
            );
        }
    }
}
