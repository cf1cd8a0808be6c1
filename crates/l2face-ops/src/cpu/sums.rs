//! Sums in a fixed order, in a form that the compiler turns into vector code.

/// Running sums per total.
const LANES: usize = 16;

/// The `S` sums of `f(a[i], b[i])`: sixteen running sums each, added up from the first to the last.
/// `a` and `b` have one length.
#[inline(always)]
pub(crate) fn sums<const S: usize>(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> [f32; S]) -> [f64; S] {
    let mut lanes = [[0f32; LANES]; S];
    let (blocks_a, blocks_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = blocks_a.remainder().iter().zip(blocks_b.remainder());
    for (a, b) in blocks_a.zip(blocks_b) {
        for l in 0..LANES {
            let values = f(a[l], b[l]);
            for s in 0..S {
                lanes[s][l] += values[s];
            }
        }
    }
    for (l, (a, b)) in rest.enumerate() {
        let values = f(*a, *b);
        for s in 0..S {
            lanes[s][l] += values[s];
        }
    }
    lanes.map(|lanes| lanes.iter().map(|v| f64::from(*v)).sum())
}

#[cfg(test)]
mod tests {
    use super::sums;

    #[test]
    fn every_pair_is_counted_once() {
        for n in [0u16, 1, 15, 16, 17, 100] {
            let a: Vec<f32> = (0..n).map(f32::from).collect();
            let b = vec![2f32; a.len()];
            let triangle = f64::from(n) * (f64::from(n) - 1.) / 2.;
            let want = [triangle, 2. * f64::from(n)];
            assert_eq!(sums(&a, &b, |a, b| [a, b]), want);
        }
    }
}
