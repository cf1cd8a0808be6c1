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

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// s, m, out = 0.6, min(h, w) * 0.6, []
    /// while m >= 12: out.append((int(w * s + 1), int(h * s + 1))); s *= 0.709; m *= 0.709
    /// ```
    #[test]
    fn the_sizes_of_facenet_pytorch() {
        let sizes =
            |w, h| levels(w, h, &MtcnnConfig::default()).iter().map(|l| (l.width, l.height)).collect::<Vec<_>>();
        assert_eq!(
            sizes(250, 250),
            [(151, 151), (107, 107), (76, 76), (54, 54), (38, 38), (27, 27), (20, 20), (14, 14)]
        );
        assert_eq!(sizes(60, 31), [(37, 19), (26, 14)]);
        assert_eq!(sizes(1000, 19), []);
        assert_eq!(sizes(20, 20), [(13, 13)]);
    }
}
