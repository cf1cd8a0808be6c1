//! The similarity transform: rotation, uniform scale, shift; no reflection.

use crate::geometry::Point;

/// x' = a x - b y + tx, y' = b x + a y + ty. Read as complex numbers: z' = c z + t with c = a + i b.
/// Never singular: a and b are not both 0 and all four numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    a: f64,
    b: f64,
    tx: f64,
    ty: f64,
}

impl Similarity {
    /// The transform of these numbers; None if one of them is not finite or the scale is 0 (or so small that its
    /// inverse is not finite).
    pub fn new(a: f64, b: f64, tx: f64, ty: f64) -> Option<Self> {
        let candidate = Self { a, b, tx, ty };
        let inverse = candidate.inverse();
        let all = [a, b, tx, ty, inverse.a, inverse.b, inverse.tx, inverse.ty];
        all.iter().all(|v| v.is_finite()).then_some(candidate)
    }

    /// Every point stays where it is.
    pub fn identity() -> Self {
        Self { a: 1.0, b: 0.0, tx: 0.0, ty: 0.0 }
    }

    /// The transform that takes `from` to `to` with the least sum of squared distances, without reflection (Umeyama,
    /// PAMI 13(4), 1991, in two dimensions, where it needs no SVD): with the means taken off, c = Σ conj(z) w / Σ |z|².
    ///
    /// None if the lengths differ, fewer than two points are given, one is not finite, all of `from` coincide, or the
    /// best scale is 0.
    pub fn estimate(from: &[Point], to: &[Point]) -> Option<Self> {
        if from.len() != to.len() || from.len() < 2 {
            return None;
        }
        let (zm, wm) = (mean(from), mean(to));
        let (mut re, mut im, mut spread, mut reach) = (0.0, 0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(to) {
            let (z, w) = ([p[0] - zm[0], p[1] - zm[1]], [q[0] - wm[0], q[1] - wm[1]]);
            re += z[0] * w[0] + z[1] * w[1];
            im += z[0] * w[1] - z[1] * w[0];
            spread += z[0] * z[0] + z[1] * z[1];
            reach += p[0] * p[0] + p[1] * p[1];
        }
        if spread <= 1e-18 * reach {
            return None; // the points coincide to nine digits
        }
        let (a, b) = (re / spread, im / spread);
        Self::new(a, b, wm[0] - a * zm[0] + b * zm[1], wm[1] - b * zm[0] - a * zm[1])
    }

    /// The transform back.
    pub fn inverse(&self) -> Self {
        let n = self.a * self.a + self.b * self.b;
        let (a, b) = (self.a / n, -self.b / n);
        Self { a, b, tx: -(a * self.tx - b * self.ty), ty: -(b * self.tx + a * self.ty) }
    }

    /// First this, then `next`.
    pub fn then(&self, next: &Self) -> Self {
        let t = next.apply([self.tx, self.ty]);
        Self { a: next.a * self.a - next.b * self.b, b: next.b * self.a + next.a * self.b, tx: t[0], ty: t[1] }
    }

    /// Where the point goes.
    pub fn apply(&self, p: Point) -> Point {
        [self.a * p[0] - self.b * p[1] + self.tx, self.b * p[0] + self.a * p[1] + self.ty]
    }

    /// The factor by which lengths grow, positive.
    pub fn scale(&self) -> f64 {
        self.a.hypot(self.b)
    }

    /// The angle in radians by which directions turn, from x towards y (clockwise as seen), in (-π, π].
    pub fn rotation(&self) -> f64 {
        self.b.atan2(self.a)
    }

    /// The 2x3 matrix that OpenCV calls `M`: [[a, -b, tx], [b, a, ty]].
    pub fn matrix(&self) -> [[f64; 3]; 2] {
        [[self.a, -self.b, self.tx], [self.b, self.a, self.ty]]
    }
}

fn mean(points: &[Point]) -> Point {
    let n = points.len() as f64;
    let sum = points.iter().fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]);
    [sum[0] / n, sum[1] / n]
}
