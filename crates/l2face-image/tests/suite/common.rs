//! Pictures, faces and files that several tests share.

use l2face_image::{Landmarks5, Point, Rgb8, Similarity};
use std::path::PathBuf;

/// The picture of `make_fixtures.py`: smooth ramps, hard edges and near-noise.
pub fn source(width: usize, height: usize) -> Rgb8 {
    Rgb8::from_fn(width, height, |x, y| {
        let red = (x * 37 + y * 91 + ((x * y) % 53) * 5) % 256;
        let green = (x * 3 + y * 2) % 256;
        let blue = ((x / 7 + y / 5) % 2) * 255;
        [red as u8, green as u8, blue as u8]
    })
}

/// Scale, angle in radians, shift.
pub fn similarity(scale: f64, angle: f64, tx: f64, ty: f64) -> Similarity {
    Similarity::new(scale * angle.cos(), scale * angle.sin(), tx, ty).unwrap()
}

/// A face of LFW as MTCNN sees it (interocular distance 43 pixels).
pub fn face() -> Landmarks5 {
    Landmarks5([[105.49, 115.57], [148.55, 114.41], [118.63, 137.30], [106.02, 160.15], [146.48, 160.52]])
}

/// Largest and mean difference of two images of one size.
pub fn differences(a: &[u8], b: &[u8]) -> (u8, f64) {
    assert_eq!(a.len(), b.len());
    let all: Vec<u8> = a.iter().zip(b).map(|(x, y)| x.abs_diff(*y)).collect();
    let sum: f64 = all.iter().map(|d| f64::from(*d)).sum();
    (all.iter().copied().max().unwrap_or(0), sum / all.len() as f64)
}

pub fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// A path under the shared data, or None and a loud word.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}
