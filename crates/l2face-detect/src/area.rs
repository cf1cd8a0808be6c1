//! Resampling by area: each new pixel is the mean of the old ones that it touches, whole, as in `torch.nn.functional.interpolate(mode="area")`.
use l2face_image::Rgb8;
use std::ops::Range;

/// A part of a photograph, in its pixels; neither range is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub x: Range<usize>,
    pub y: Range<usize>,
}

impl Region {
    /// All of it.
    pub fn whole(image: &Rgb8) -> Self {
        Self { x: 0..image.width(), y: 0..image.height() }
    }
}

/// The old pixels, of `size`, that pixel `i` of `count` touches.
fn touched(i: usize, size: usize, count: usize) -> Range<usize> {
    i * size / count..((i + 1) * size).div_ceil(count)
}

/// `region` at `width` x `height`, its `rows` alone: R, G, B planes of rows.len() * width numbers, each (mean - 127.5) / 128.
pub fn resample(image: &Rgb8, region: &Region, [width, height]: [usize; 2], rows: Range<usize>) -> Vec<f32> {
    let columns: Vec<Range<usize>> = (0..width).map(|i| touched(i, region.x.len(), width)).collect();
    let plane = rows.len() * width;
    let mut out = vec![0f32; 3 * plane];
    let mut sums = vec![0u32; 3 * region.x.len()];
    for (i, row) in rows.enumerate() {
        let lines = touched(row, region.y.len(), height);
        add_lines(image, region, lines.clone(), &mut sums);
        for (j, columns) in columns.iter().enumerate() {
            let sum = sum_of_pixels(&sums[3 * columns.start..3 * columns.end]);
            let area = (lines.len() * columns.len()) as f32;
            for (c, sum) in sum.iter().enumerate() {
                out[c * plane + i * width + j] = (*sum as f32 / area - 127.5) * 0.007_812_5;
            }
        }
    }
    out
}

/// The sums of each column's bytes over these lines of the region.
fn add_lines(image: &Rgb8, region: &Region, lines: Range<usize>, sums: &mut [u32]) {
    sums.fill(0);
    for line in lines {
        let start = 3 * ((region.y.start + line) * image.width() + region.x.start);
        let bytes = &image.data()[start..start + sums.len()];
        sums.iter_mut().zip(bytes).for_each(|(sum, byte)| *sum += u32::from(*byte));
    }
}

fn sum_of_pixels(pixels: &[u32]) -> [u64; 3] {
    let mut sum = [0; 3];
    for pixel in pixels.chunks_exact(3) {
        sum.iter_mut().zip(pixel).for_each(|(sum, p)| *sum += u64::from(*p));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: usize, height: usize) -> Rgb8 {
        Rgb8::from_fn(width, height, |x, y| [x * 37 + y * 11, x * x + y, 255 - x * y].map(|v| (v % 256) as u8))
    }

    /// The mean by weights: 1 for a pixel that shares more than a point with the new one, 0 for others.
    fn slow(image: &Rgb8, r: &Region, [width, height]: [usize; 2], x: usize, y: usize) -> [f64; 3] {
        let shares = |i: usize, new: usize, size: usize, old: usize| {
            let (from, to) = (i as f64 * size as f64, (i + 1) as f64 * size as f64);
            (old as f64 * (new as f64) < to - 0.5) && ((old + 1) as f64 * new as f64 > from + 0.5)
        };
        let (mut sum, mut count) = ([0.; 3], 0.);
        for v in 0..r.y.len() {
            for u in 0..r.x.len() {
                if shares(x, width, r.x.len(), u) && shares(y, height, r.y.len(), v) {
                    let pixel = image.pixel(r.x.start + u, r.y.start + v);
                    sum.iter_mut().zip(pixel).for_each(|(s, p)| *s += f64::from(p));
                    count += 1.;
                }
            }
        }
        sum.map(|s| (s / count - 127.5) / 128.)
    }

    #[test]
    fn the_slow_formula_agrees() {
        let image = image(23, 17);
        let part = Region { x: 4..15, y: 3..16 };
        for (region, size) in [(Region::whole(&image), [9, 7]), (part.clone(), [24, 24]), (part, [11, 5])] {
            let got = resample(&image, &region, size, 0..size[1]);
            for (y, x) in (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (y, x))) {
                let want = slow(&image, &region, size, x, y);
                for c in 0..3 {
                    let got = f64::from(got[(c * size[1] + y) * size[0] + x]);
                    assert!((got - want[c]).abs() < 1e-6, "{size:?} {x} {y} {c}: {got} is not {}", want[c]);
                }
            }
        }
    }

    #[test]
    fn rows_of_it_are_the_rows_of_the_whole() {
        let (image, size) = (image(23, 17), [9, 7]);
        let whole = resample(&image, &Region::whole(&image), size, 0..7);
        let rows = resample(&image, &Region::whole(&image), size, 2..5);
        for c in 0..3 {
            assert_eq!(rows[c * 27..(c + 1) * 27], whole[c * 63 + 18..c * 63 + 45]);
        }
    }

    #[test]
    fn a_photograph_of_its_own_size_stays() {
        let image = image(5, 4);
        let got = resample(&image, &Region::whole(&image), [5, 4], 0..4);
        assert_eq!(got[2 * 20 + 5 + 3], (f32::from(image.pixel(3, 1)[2]) - 127.5) / 128.);
    }
}
