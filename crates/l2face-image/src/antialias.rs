//! Cutting a crop out of a much larger face without aliasing.

use crate::rgb::Rgb8;
use crate::similarity::Similarity;
use crate::warp::sample;

/// Most samples on either side; after shrinking, 4 suffice unless the whole photograph is smaller than a crop pixel.
const MAX_HALF: f64 = 4.0;

/// As [`crate::warp`], but every crop pixel is the mean of the photograph under a triangle two crop pixels wide, in
/// the manner of PIL's antialiased bilinear reduction: detail too fine for the crop is averaged away where plain
/// bilinear sampling would turn it into false patterns. Use it when the scale is below about one half. From a scale of
/// 1 upwards it is plain bilinear interpolation (without OpenCV's rounding of coordinates). 0 outside the
/// photograph; a side of 0 is taken as 1.
pub fn warp_antialiased(src: &Rgb8, to_crop: &Similarity, width: usize, height: usize) -> Rgb8 {
    let longest = src.width().max(src.height());
    let factor = ((0.5 / to_crop.scale()) as usize).clamp(1, longest);
    if factor == 1 {
        return tent(src, to_crop, width, height);
    }
    let small = shrunk(src, factor);
    let f = factor as f64;
    let shift = (f - 1.0) / 2.0; // pixel i of the small image is centred at f i + shift
    match Similarity::new(f, 0.0, shift, shift) {
        Some(up) => tent(&small, &up.then(to_crop), width, height),
        None => tent(src, to_crop, width, height),
    }
}

/// Means of `factor` x `factor` pixels; what hangs over the right and lower edge counts as 0.
fn shrunk(src: &Rgb8, factor: usize) -> Rgb8 {
    let (width, height) = (src.width().div_ceil(factor), src.height().div_ceil(factor));
    let area = (factor * factor) as u64;
    Rgb8::from_fn(width, height, |x, y| {
        let mut sum = [0u64; 3];
        for sy in y * factor..((y + 1) * factor).min(src.height()) {
            for sx in x * factor..((x + 1) * factor).min(src.width()) {
                let pixel = src.pixel(sx, sy);
                sum.iter_mut().zip(pixel).for_each(|(s, v)| *s += u64::from(v));
            }
        }
        sum.map(|s| ((s + area / 2) / area) as u8)
    })
}

/// Weighted means of bilinear samples, at least one to a source pixel, under a triangle of two crop pixels.
fn tent(src: &Rgb8, to_crop: &Similarity, width: usize, height: usize) -> Rgb8 {
    let back = to_crop.inverse();
    let taps = taps(back.scale());
    Rgb8::from_fn(width, height, |x, y| {
        let mut sum = [0.0; 3];
        for &(dy, wy) in &taps {
            for &(dx, wx) in &taps {
                let [sx, sy] = back.apply([x as f64 + dx, y as f64 + dy]);
                let value = sample(src, sx, sy);
                sum.iter_mut().zip(value).for_each(|(s, v)| *s += wx * wy * v);
            }
        }
        sum.map(|v| (v + 0.5) as u8)
    })
}

/// Offsets in crop pixels and weights, symmetric, of sum 1; the single tap (0, 1) where nothing is reduced.
fn taps(source_per_crop: f64) -> Vec<(f64, f64)> {
    if source_per_crop <= 1.0 {
        return vec![(0.0, 1.0)];
    }
    let half = source_per_crop.min(MAX_HALF).ceil() as i32;
    let offsets = (1 - half..half).map(|i| f64::from(i) / f64::from(half));
    offsets.map(|d| (d, (1.0 - d.abs()) / f64::from(half))).collect()
}
