//! What lens, sensor and storage do to a picture: blur, coarse sampling, noise, block compression.

use crate::nuisance::Nuisance;

/// An RGB picture in grey levels 0..255 (not clamped), planar, square.
pub(crate) struct Planes {
    pub size: usize,
    pub data: Vec<f32>,
}

impl Planes {
    pub fn new(size: usize) -> Self {
        Planes { size, data: vec![0.0; 3 * size * size] }
    }

    fn map_planes(&mut self, f: impl Fn(&[f32], &mut [f32], usize)) {
        let area = self.size * self.size;
        let mut out = vec![0.0; area];
        for plane in self.data.chunks_exact_mut(area) {
            f(plane, &mut out, self.size);
            plane.copy_from_slice(&out);
        }
    }

    /// Interleaved bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let area = self.size * self.size;
        let mut out = vec![0; 3 * area];
        for (i, rgb) in out.chunks_exact_mut(3).enumerate() {
            for (c, byte) in rgb.iter_mut().enumerate() {
                *byte = (self.data[c * area + i] + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
        out
    }
}

/// Applies the picture's degradations in the order light meets them. `iod` is the interocular distance in pixels.
pub(crate) fn record(p: &mut Planes, n: &Nuisance, iod: f64) {
    gaussian(p, (n.blur * iod).hypot(0.45));
    motion(p, n.motion * iod, n.motion_angle);
    coarse(p, n.resolution / iod);
    grain(p, n.noise as f32, n.grain);
    compress(p, n.compression as f32);
}

fn gaussian(p: &mut Planes, sigma: f64) {
    let radius = (2.5 * sigma).ceil() as usize;
    let weight = |k: usize| (-0.5 * (k as f64 / sigma).powi(2)).exp();
    let total = weight(0) + 2.0 * (1..=radius).map(weight).sum::<f64>();
    let kernel: Vec<f32> = (0..=radius).map(|k| (weight(k) / total) as f32).collect();
    p.map_planes(|src, dst, size| {
        let mut rows = vec![0.0; src.len()];
        for (from, to) in src.chunks_exact(size).zip(rows.chunks_exact_mut(size)) {
            convolve_row(from, to, &kernel);
        }
        convolve_columns(&rows, dst, size, &kernel);
    });
}

fn convolve_row(from: &[f32], to: &mut [f32], kernel: &[f32]) {
    let last = from.len() - 1;
    for (x, out) in to.iter_mut().enumerate() {
        let mut sum = kernel[0] * from[x];
        for (k, w) in kernel.iter().enumerate().skip(1) {
            sum += w * (from[x.saturating_sub(k)] + from[(x + k).min(last)]);
        }
        *out = sum;
    }
}

fn convolve_columns(src: &[f32], dst: &mut [f32], size: usize, kernel: &[f32]) {
    for y in 0..size {
        let out = &mut dst[y * size..(y + 1) * size];
        for (o, v) in out.iter_mut().zip(&src[y * size..]) {
            *o = kernel[0] * v;
        }
        for (k, w) in kernel.iter().enumerate().skip(1) {
            let (a, b) = (y.saturating_sub(k) * size, (y + k).min(size - 1) * size);
            for (x, o) in out.iter_mut().enumerate() {
                *o += w * (src[a + x] + src[b + x]);
            }
        }
    }
}

/// The mean of the picture along a line of `length` pixels.
fn motion(p: &mut Planes, length: f64, angle: f64) {
    if length < 0.75 {
        return;
    }
    let steps = length.ceil() as usize + 1;
    let offsets: Vec<(isize, isize)> = (0..steps)
        .map(|i| {
            let t = length * (i as f64 / (steps - 1) as f64 - 0.5);
            ((t * angle.cos()).round() as isize, (t * angle.sin()).round() as isize)
        })
        .collect();
    p.map_planes(|src, dst, size| {
        let last = size as isize - 1;
        dst.fill(0.0);
        for (dx, dy) in &offsets {
            for y in 0..size {
                let row = (y as isize + dy).clamp(0, last) as usize * size;
                for x in 0..size {
                    dst[y * size + x] += src[row + (x as isize + dx).clamp(0, last) as usize];
                }
            }
        }
        let k = 1.0 / steps as f32;
        dst.iter_mut().for_each(|v| *v *= k);
    });
}

/// Area-averages to `ratio` of the size and interpolates back; nothing if the sensor resolves the canvas.
fn coarse(p: &mut Planes, ratio: f64) {
    if ratio >= 0.95 {
        return;
    }
    let small = ((p.size as f64 * ratio).round() as usize).clamp(4, p.size);
    let (down, up) = (area_weights(p.size, small), linear_weights(small, p.size));
    p.map_planes(|src, dst, size| {
        let rows = resample_rows(src, size, &down);
        let little = resample_rows(&transpose(&rows, small, size), size, &down);
        let wide = resample_rows(&transpose(&little, small, small), small, &up);
        let full = resample_rows(&transpose(&wide, size, small), small, &up);
        dst.copy_from_slice(&transpose(&full, size, size));
    });
}

/// For each output, its inputs and their weights.
type Weights = Vec<Vec<(usize, f32)>>;

fn area_weights(from: usize, to: usize) -> Weights {
    let step = from as f64 / to as f64;
    (0..to)
        .map(|i| {
            let (a, b) = (i as f64 * step, (i + 1) as f64 * step);
            (a as usize..(b.ceil() as usize).min(from))
                .map(|j| (j, (((j + 1) as f64).min(b) - (j as f64).max(a)).max(0.0) / step))
                .map(|(j, w)| (j, w as f32))
                .collect()
        })
        .collect()
}

fn linear_weights(from: usize, to: usize) -> Weights {
    let step = from as f64 / to as f64;
    (0..to)
        .map(|i| {
            let x = ((i as f64 + 0.5) * step - 0.5).clamp(0.0, (from - 1) as f64);
            let j = x as usize;
            let w = (x - j as f64) as f32;
            vec![(j, 1.0 - w), ((j + 1).min(from - 1), w)]
        })
        .collect()
}

/// Resamples every row of a picture of the given width.
fn resample_rows(src: &[f32], width: usize, weights: &Weights) -> Vec<f32> {
    let mut out = Vec::with_capacity(src.len() / width * weights.len());
    for row in src.chunks_exact(width) {
        out.extend(weights.iter().map(|w| w.iter().map(|(j, k)| row[*j] * k).sum::<f32>()));
    }
    out
}

/// The transpose of a picture of the given width and height.
fn transpose(src: &[f32], width: usize, height: usize) -> Vec<f32> {
    let mut out = vec![0.0; src.len()];
    for y in 0..height {
        for x in 0..width {
            out[x * height + y] = src[y * width + x];
        }
    }
    out
}

/// Adds noise with standard deviation `sigma`: the sum of four uniforms, which is normal enough for a sensor.
fn grain(p: &mut Planes, sigma: f32, seed: u64) {
    if sigma <= 0.0 {
        return;
    }
    let mut state = seed;
    let unit = sigma * 3f32.sqrt() / 65536.0;
    for v in &mut p.data {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let sum = (z & 0xFFFF) + ((z >> 16) & 0xFFFF) + ((z >> 32) & 0xFFFF) + (z >> 48);
        *v += (sum as f32 - 131_070.0) * unit;
    }
}

/// Quantises the 8x8 cosine transform with a step that grows with frequency, as JPEG does (each channel by itself).
fn compress(p: &mut Planes, step: f32) {
    if step <= 0.0 {
        return;
    }
    let basis = cosine_basis();
    p.map_planes(|src, dst, size| {
        dst.copy_from_slice(src);
        for by in (0..size / 8).map(|i| 8 * i) {
            for bx in (0..size / 8).map(|i| 8 * i) {
                compress_block(dst, size, [bx, by], step, &basis);
            }
        }
    });
}

type Basis = [[f32; 8]; 8];

fn cosine_basis() -> Basis {
    std::array::from_fn(|k| {
        let norm = if k == 0 { (1.0f64 / 8.0).sqrt() } else { 0.5 };
        std::array::from_fn(|x| {
            let angle = std::f64::consts::PI * (2 * x + 1) as f64 * k as f64 / 16.0;
            (norm * angle.cos()) as f32
        })
    })
}

fn compress_block(plane: &mut [f32], size: usize, [bx, by]: [usize; 2], step: f32, basis: &Basis) {
    let block: Basis = std::array::from_fn(|y| std::array::from_fn(|x| plane[(by + y) * size + bx + x]));
    let mut freq = product(&product(basis, &block, false), basis, true);
    for (v, row) in freq.iter_mut().enumerate() {
        for (u, f) in row.iter_mut().enumerate() {
            let q = step * (1.0 + 0.7 * (u + v) as f32);
            *f = (*f / q).round() * q;
        }
    }
    let back = product(&product(&flipped(basis), &freq, false), basis, false);
    for (y, row) in back.iter().enumerate() {
        plane[(by + y) * size + bx..][..8].copy_from_slice(row);
    }
}

/// a b, or a b' if `transposed`.
fn product(a: &Basis, b: &Basis, transposed: bool) -> Basis {
    let b = if transposed { flipped(b) } else { *b };
    let mut out = [[0.0; 8]; 8];
    for (row, a_row) in out.iter_mut().zip(a) {
        for (k, w) in a_row.iter().enumerate() {
            for (o, v) in row.iter_mut().zip(&b[k]) {
                *o += w * v;
            }
        }
    }
    out
}

fn flipped(a: &Basis) -> Basis {
    std::array::from_fn(|i| std::array::from_fn(|j| a[j][i]))
}
