//! The relief of a face: a height over the head's ellipsoid, tabulated once per picture.

use crate::anatomy::Face;
use crate::math::{bell, blob, smooth};

const STEP: f32 = 0.04;
const COLUMNS: usize = 32;
const ROWS: usize = 88;
const TOP: f32 = -1.2;

/// Heights and slopes on a grid over half a face (the relief is symmetric in x).
pub(crate) struct Relief {
    nodes: Vec<[f32; 3]>,
}

impl Relief {
    pub fn new(face: &Face) -> Self {
        let height = |i: usize, j: usize| height(face, i as f32 * STEP, TOP + j as f32 * STEP);
        let heights: Vec<f32> = (0..ROWS * COLUMNS).map(|k| height(k % COLUMNS, k / COLUMNS)).collect();
        let at = |i: usize, j: usize| heights[j.min(ROWS - 1) * COLUMNS + i.min(COLUMNS - 1)];
        let nodes = (0..ROWS * COLUMNS).map(|k| {
            let (i, j) = (k % COLUMNS, k / COLUMNS);
            let left = if i == 0 { at(1, j) } else { at(i - 1, j) };
            let dx = (at(i + 1, j) - left) / (2.0 * STEP);
            let dy = (at(i, j + 1) - at(i, j.saturating_sub(1))) / (2.0 * STEP);
            [at(i, j), dx, dy]
        });
        Relief { nodes: nodes.collect() }
    }

    fn locate(x: f32, y: f32) -> Option<(usize, f32, f32)> {
        let (u, v) = (x.abs() / STEP, (y - TOP) / STEP);
        if v < 0.0 || u >= (COLUMNS - 1) as f32 || v >= (ROWS - 1) as f32 {
            return None;
        }
        let (i, j) = (u as usize, v as usize);
        Some((j * COLUMNS + i, u - i as f32, v - j as f32))
    }

    /// Height at (x, y), bilinear; 0 outside the face.
    pub fn height(&self, x: f32, y: f32) -> f32 {
        let Some((k, u, v)) = Self::locate(x, y) else {
            return 0.0;
        };
        let n = &self.nodes;
        let top = n[k][0] + (n[k + 1][0] - n[k][0]) * u;
        let low = n[k + COLUMNS][0] + (n[k + COLUMNS + 1][0] - n[k + COLUMNS][0]) * u;
        top + (low - top) * v
    }

    /// Slopes (d/dx, d/dy) at (x, y).
    pub fn slope(&self, x: f32, y: f32) -> [f32; 2] {
        let Some((k, u, v)) = Self::locate(x, y) else {
            return [0.0; 2];
        };
        let n = &self.nodes;
        let mut out = [0.0; 2];
        for (c, value) in out.iter_mut().enumerate() {
            let top = n[k][c + 1] + (n[k + 1][c + 1] - n[k][c + 1]) * u;
            let low = n[k + COLUMNS][c + 1] + (n[k + COLUMNS + 1][c + 1] - n[k + COLUMNS][c + 1]) * u;
            *value = top + (low - top) * v;
        }
        [out[0] * x.signum(), out[1]]
    }
}

/// The relief at (x >= 0, y).
fn height(f: &Face, x: f32, y: f32) -> f32 {
    (nose(f, x, y) + brow_and_eye(f, x, y) + cheek(f, x, y) + mouth(f, x, y) + chin(f, x, y)) * edge(x, y)
}

/// Fades the relief out towards the sides, where the table ends.
fn edge(x: f32, y: f32) -> f32 {
    smooth(1.2, 0.95, x) * smooth(-1.2, -0.9, y)
}

fn nose(f: &Face, x: f32, y: f32) -> f32 {
    let root = -0.12;
    let s = ((y - root) / (f.nose_y - root)).clamp(0.0, 1.0);
    let above = smooth(-0.55, root, y);
    let below = smooth(f.nose_base_y + 0.08, f.nose_y - 0.02, y);
    let ridge = f.nose_rise * (0.22 + 0.78 * s * (0.6 + 0.4 * s)) * above * below;
    let half = f.bridge_half * (1.0 - s) + 0.95 * f.nose_half * s + 0.12 * (1.0 - above);
    let across = 1.0 - (x / half) * (x / half);
    let across = across.max(0.0) * across.max(0.0);
    let tip = f.nose_tip * blob(x, y, [0.0, f.nose_y - 0.02], [0.20, 0.17]);
    let ala = 0.15 * blob(x, y, [f.nose_half - 0.08, f.nose_y + 0.045], [0.14, 0.12]);
    ridge * across + tip + ala
}

fn brow_and_eye(f: &Face, x: f32, y: f32) -> f32 {
    let ridge = 0.055 * blob(x, y, [0.42, f.brow_y + 0.05], [0.5, 0.2]);
    let socket = f.socket * blob(x, y, [f.eye_x - 0.06, -0.03], [0.42, 0.30]);
    let ball = 0.07 * blob(x, y, [f.eye_x, 0.0], [0.30, 0.19]);
    let temple = 0.05 * blob(x, y, [1.02, -0.35], [0.35, 0.5]);
    ridge - socket + ball - temple
}

fn cheek(f: &Face, x: f32, y: f32) -> f32 {
    let apple = (f.cheek + 0.04 * f.smile.max(0.0)) * blob(x, y, [0.64, f.cheek_y], [0.5, 0.42]);
    let fold = segment([x, y], [f.nose_half + 0.03, f.nose_y - 0.02], [f.mouth_half + 0.12, f.mouth_y - 0.02]);
    let depth = 0.012 + 0.022 * f.wrinkles + 0.03 * f.smile.max(0.0);
    apple - depth * bell(fold * fold / (0.09 * 0.09))
}

/// Distance of `p` from the segment `a`-`b`.
pub(crate) fn segment(p: [f32; 2], a: [f32; 2], b: [f32; 2]) -> f32 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let t = ((ab[0] * ap[0] + ab[1] * ap[1]) / (ab[0] * ab[0] + ab[1] * ab[1])).clamp(0.0, 1.0);
    let d = [ap[0] - t * ab[0], ap[1] - t * ab[1]];
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

fn mouth(f: &Face, x: f32, y: f32) -> f32 {
    let open = f.mouth_open;
    let muzzle = 0.09 * blob(x, y, [0.0, f.mouth_y], [0.62, 0.5]);
    let upper = 0.06 * blob(x, y, [0.0, f.mouth_y - 0.5 * f.upper_lip], [0.95 * f.mouth_half, 1.1 * f.upper_lip]);
    let lower_y = f.mouth_y + open + 0.5 * f.lower_lip;
    let lower = 0.075 * blob(x, y, [0.0, lower_y], [0.85 * f.mouth_half, 1.05 * f.lower_lip]);
    let gap = 0.04 * blob(x, y, [0.0, f.mouth_y + 0.5 * open], [1.15 * f.mouth_half, 0.05 + 0.5 * open]);
    let philtrum = 0.02 * blob(x, y, [0.0, f.mouth_y - f.upper_lip - 0.1], [0.07, 0.14]);
    muzzle + upper + lower - gap - philtrum
}

fn chin(f: &Face, x: f32, y: f32) -> f32 {
    let groove_y = f.mouth_y + f.mouth_open + f.lower_lip + 0.12;
    let groove = 0.04 * blob(x, y, [0.0, groove_y], [0.32, 0.13]);
    f.chin * blob(x, y, [0.0, f.bottom - 0.24], [f.chin_width, 0.32]) - groove
}
