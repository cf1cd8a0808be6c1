//! The set that every other is tested against.
use super::{wide_from_halves, Eight, Simd};

/// Plain Rust.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[inline(always)]
fn lanes(f: impl Fn(usize) -> f32) -> Eight {
    let mut out = [0.; 8];
    for (i, o) in out.iter_mut().enumerate() {
        *o = f(i);
    }
    out
}

impl Simd for Portable {
    type V = Eight;
    wide_from_halves!();
    #[inline(always)]
    fn splat(self, a: f32) -> Eight {
        [a; 8]
    }
    #[inline(always)]
    fn load(self, from: &Eight) -> Eight {
        *from
    }
    #[inline(always)]
    fn store(self, a: Eight, to: &mut Eight) {
        *to = a;
    }
    #[inline(always)]
    fn add(self, a: Eight, b: Eight) -> Eight {
        lanes(|i| a[i] + b[i])
    }
    #[inline(always)]
    fn sub(self, a: Eight, b: Eight) -> Eight {
        lanes(|i| a[i] - b[i])
    }
    #[inline(always)]
    fn mul(self, a: Eight, b: Eight) -> Eight {
        lanes(|i| a[i] * b[i])
    }
    #[inline(always)]
    fn fma(self, a: Eight, b: Eight, c: Eight) -> Eight {
        lanes(|i| a[i] * b[i] + c[i])
    }
    #[inline(always)]
    fn max(self, a: Eight, b: Eight) -> Eight {
        lanes(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn min(self, a: Eight, b: Eight) -> Eight {
        lanes(|i| if a[i] < b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn pow2(self, n: Eight) -> Eight {
        lanes(|i| f32::from_bits(((n[i] as i32 + 127) as u32) << 23))
    }
    #[inline(always)]
    fn transpose(self, a: [Eight; 8]) -> [Eight; 8] {
        let mut out = [[0.; 8]; 8];
        for (i, row) in out.iter_mut().enumerate() {
            *row = lanes(|j| a[j][i]);
        }
        out
    }
}
