//! Cutting a crop out of a photograph, as OpenCV does.

use crate::rgb::Rgb8;
use crate::similarity::Similarity;

/// One source pixel has this many positions: OpenCV rounds source coordinates to 1/32 pixel (INTER_BITS = 5).
const STEPS: f64 = 32.0;
/// Below this distance from the origin a coordinate is sampled; beyond it everything is border.
const FAR: f64 = 1e9;

/// The crop of `width` x `height` pixels whose pixel p shows the photograph at `to_crop`⁻¹(p): bilinear, 0 outside
/// the photograph. A side of 0 is taken as 1.
///
/// Agrees with `cv2.warpAffine(src, to_crop.matrix(), (width, height))` (INTER_LINEAR, BORDER_CONSTANT, 0) within 2 grey
/// levels everywhere, which needs OpenCV's rounding of source coordinates to 1/32 pixel: on hard edges exact
/// coordinates differ from it by up to 5. Plain bilinear sampling aliases when it shrinks to less than half: then see
/// [`crate::warp_antialiased`].
pub fn warp(src: &Rgb8, to_crop: &Similarity, width: usize, height: usize) -> Rgb8 {
    let [mx, my] = to_crop.inverse().matrix();
    let along: Vec<_> = (0..width.max(1)).map(|x| [mx, my].map(|m| fixed(m[0] * x as f64))).collect();
    let down: Vec<_> = (0..height.max(1)).map(|y| [mx, my].map(|m| fixed(m[1] * y as f64 + m[2]))).collect();
    Rgb8::from_fn(width, height, |x, y| {
        let [sx, sy] = [0, 1].map(|i| ((along[x][i] + down[y][i] + 16) >> 5) as f64 / STEPS);
        sample(src, sx, sy).map(|v| (v + 0.5) as u8)
    })
}

/// OpenCV's fixed-point number with ten bits behind the point.
fn fixed(v: f64) -> i64 {
    (v.clamp(-FAR, FAR) * 1024.0).round_ties_even() as i64
}

/// The photograph at (x, y), bilinear, 0 outside; each channel in [0, 255].
pub(crate) fn sample(src: &Rgb8, x: f64, y: f64) -> [f64; 3] {
    let (w, h) = (src.width(), src.height());
    if !(x >= 0.0 && y >= 0.0 && x < (w - 1) as f64 && y < (h - 1) as f64) {
        return sample_at_border(src, x, y);
    }
    let (x0, y0) = (x as usize, y as usize);
    let (fx, fy) = (x - x0 as f64, y - y0 as f64);
    let at = 3 * (y0 * w + x0);
    let (top, bottom) = (&src.data()[at..at + 6], &src.data()[at + 3 * w..at + 3 * w + 6]);
    let along = |row: &[u8], c: usize| f64::from(row[c]) * (1.0 - fx) + f64::from(row[c + 3]) * fx;
    [0, 1, 2].map(|c| along(top, c) * (1.0 - fy) + along(bottom, c) * fy)
}

/// The same where some of the four neighbours may be outside: those count as 0.
fn sample_at_border(src: &Rgb8, x: f64, y: f64) -> [f64; 3] {
    let (w, h) = (src.width() as f64, src.height() as f64);
    if !(x > -1.0 && y > -1.0 && x < w && y < h) {
        return [0.0; 3];
    }
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let corners = [
        (0.0, 0.0, (1.0 - fx) * (1.0 - fy)),
        (1.0, 0.0, fx * (1.0 - fy)),
        (0.0, 1.0, (1.0 - fx) * fy),
        (1.0, 1.0, fx * fy),
    ];
    let mut sum = [0.0; 3];
    for (dx, dy, weight) in corners {
        let (cx, cy) = (x0 + dx, y0 + dy);
        if cx >= 0.0 && cy >= 0.0 && cx < w && cy < h {
            let pixel = src.pixel(cx as usize, cy as usize);
            sum.iter_mut().zip(pixel).for_each(|(s, v)| *s += weight * f64::from(v));
        }
    }
    sum
}
