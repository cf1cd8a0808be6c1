//! AVX-512 and AVX2 with FMA.

use pulp::bytemuck::cast;
use pulp::x86::{V3, V4};
use pulp::{f32x4, f32x8, f64x4, f64x8, NullaryFnOnce, Simd};

use super::lanes::{Lanes, Task};
use super::SUMS;

/// A task on a set, as `vectorize` takes it.
pub(super) struct With<S, T>(pub S, pub T);

impl<S: Lanes, T: Task> NullaryFnOnce for With<S, T> {
    type Output = T::Output;

    #[inline(always)]
    fn call(self) -> T::Output {
        self.1.run(self.0)
    }
}

impl Lanes for V4 {
    type Sums = [f64x8; 2];

    #[inline(always)]
    fn zeros(self) -> Self::Sums {
        [self.splat_f64x8(0.); 2]
    }

    #[inline(always)]
    fn add_products(self, sums: Self::Sums, x: &[f32; SUMS], y: &[f32; SUMS]) -> Self::Sums {
        let wide = |v: f32x8| self.convert_f32x8_to_f64x8(v);
        let ([x0, x1], [y0, y1]): ([f32x8; 2], [f32x8; 2]) = (cast(*x), cast(*y));
        [self.mul_add_f64s(wide(x0), wide(y0), sums[0]), self.mul_add_f64s(wide(x1), wide(y1), sums[1])]
    }

    #[inline(always)]
    fn values(self, sums: Self::Sums) -> [f64; SUMS] {
        cast(sums)
    }
}

impl Lanes for V3 {
    type Sums = [f64x4; 4];

    #[inline(always)]
    fn zeros(self) -> Self::Sums {
        [self.splat_f64x4(0.); 4]
    }

    #[inline(always)]
    fn add_products(self, mut sums: Self::Sums, x: &[f32; SUMS], y: &[f32; SUMS]) -> Self::Sums {
        let (x, y): ([f32x4; 4], [f32x4; 4]) = (cast(*x), cast(*y));
        for i in 0..4 {
            let (x, y) = (self.convert_f32x4_to_f64x4(x[i]), self.convert_f32x4_to_f64x4(y[i]));
            sums[i] = self.mul_add_f64s(x, y, sums[i]);
        }
        sums
    }

    #[inline(always)]
    fn values(self, sums: Self::Sums) -> [f64; SUMS] {
        cast(sums)
    }
}
