//! The sizes at which a photograph is searched.
use crate::config::MtcnnConfig;

/// Side of the window that P-Net judges, in pixels.
pub const CELL: usize = 12;

/// One size of the photograph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Pixels here for one of the photograph.
    pub scale: f64,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// From the largest, where a face of `min_face_size` fills a cell, by `factor` down to where the shorter side is one. None for a
/// photograph with a side shorter than `min_face_size`.
pub fn levels(width: usize, height: usize, config: &MtcnnConfig) -> Vec<Level> {
    let mut scale = CELL as f64 / config.min_face_size;
    let mut shorter = width.min(height) as f64 * scale;
    let mut levels = Vec::new();
    while shorter >= CELL as f64 {
        let scaled = |size: usize| (size as f64 * scale + 1.) as usize;
        levels.push(Level { scale, width: scaled(width), height: scaled(height) });
        scale *= config.factor;
        shorter *= config.factor;
    }
    levels
}
