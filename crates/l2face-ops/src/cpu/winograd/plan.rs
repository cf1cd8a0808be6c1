//! The sizes of one Winograd convolution and how it is cut into blocks.
use crate::geometry::Geometry;
use std::ops::Range;

/// Places of a transformed tile: 6x6.
pub(super) const PLACES: usize = 36;
/// Outputs along one side of a tile.
pub(super) const SIDE: usize = 4;
/// Channels of a panel: one line.
pub(super) const PANEL: usize = 16;

/// Bytes of the transformed inputs and outputs that one block keeps, about; they should stay in a core's second cache.
const BLOCK_BYTES: usize = 1 << 20;
/// Bytes of the transformed inputs and gradients of one chunk of the weights' gradient.
const CHUNK_BYTES: usize = 4 << 20;
/// Tiles that one call of the matrix kernel takes.
pub(super) const ROWS: usize = 6;

/// Whether this is a 3x3 convolution at stride 1 with enough channels for the transforms to pay.
pub(crate) fn suits(g: &Geometry) -> bool {
    let shape = g.kernel_h == 3 && g.kernel_w == 3 && g.stride == 1 && g.padding <= 2;
    shape && g.in_channels >= PANEL && g.out_channels >= PANEL
}

/// A 3x3 convolution at stride 1 in tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub batch: usize,
    pub inputs: usize,
    pub outputs: usize,
    pub height: usize,
    pub width: usize,
    pub out_h: usize,
    pub out_w: usize,
    pub padding: usize,
    /// Rows of tiles of an image.
    pub tiles_h: usize,
    /// Tiles of such a row.
    pub tiles_w: usize,
}

impl Plan {
    pub fn of(g: &Geometry) -> Self {
        Self {
            batch: g.batch,
            inputs: g.in_channels,
            outputs: g.out_channels,
            height: g.height,
            width: g.width,
            out_h: g.out_h,
            out_w: g.out_w,
            padding: g.padding,
            tiles_h: g.out_h.div_ceil(SIDE),
            tiles_w: g.out_w.div_ceil(SIDE),
        }
    }

    /// The plan of the input's gradient: from dy to dx.
    pub fn transposed(&self) -> Self {
        Self {
            inputs: self.outputs,
            outputs: self.inputs,
            height: self.out_h,
            width: self.out_w,
            out_h: self.height,
            out_w: self.width,
            padding: 2 - self.padding,
            tiles_h: self.height.div_ceil(SIDE),
            tiles_w: self.width.div_ceil(SIDE),
            ..*self
        }
    }

    pub fn in_panels(&self) -> usize {
        self.inputs.div_ceil(PANEL)
    }

    pub fn out_panels(&self) -> usize {
        self.outputs.div_ceil(PANEL)
    }

    /// Rows of tiles of the whole batch.
    pub fn rows(&self) -> usize {
        self.batch * self.tiles_h
    }

    /// Fewer tiles than output channels: the transformed weights are what does not fit a cache, not the transformed image.
    pub fn few_tiles(&self) -> bool {
        self.rows() * self.tiles_w < self.outputs
    }

    /// Ranges of rows of tiles that fit the second cache, at least four of them where there are four.
    pub fn blocks(&self) -> Vec<Range<usize>> {
        self.cut(BLOCK_BYTES, 2 * ROWS, self.rows().div_ceil(4))
    }

    /// Ranges of rows of tiles for the weights' gradient.
    pub fn chunks(&self) -> Vec<Range<usize>> {
        self.cut(CHUNK_BYTES, 64, self.rows())
    }

    fn cut(&self, bytes: usize, least_tiles: usize, most_rows: usize) -> Vec<Range<usize>> {
        let per_tile = PLACES * PANEL * 4 * (self.in_panels() + self.out_panels());
        let tiles = (bytes / per_tile).max(least_tiles);
        // The matrix kernel takes six tiles at once: a whole number of sixes where possible.
        let unit = (1..=ROWS).find(|n| (n * self.tiles_w).is_multiple_of(ROWS)).unwrap_or(ROWS);
        let wanted = tiles.div_ceil(self.tiles_w);
        let rows = if wanted > unit { wanted / unit * unit } else { unit }.clamp(1, most_rows.max(1));
        (0..self.rows()).step_by(rows).map(|from| from..(from + rows).min(self.rows())).collect()
    }
}

/// Where the lines of one block's transformed tiles lie: panel by panel of 16 channels, in it place by place, in it tile by tile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    /// Tiles of the block.
    pub tiles: usize,
}

impl Lines {
    /// From one place to the next; never a multiple of a page, which would put all 36 into one set of the first cache.
    pub fn place(&self) -> usize {
        self.tiles | 1
    }

    /// From one panel to the next.
    pub fn panel(&self) -> usize {
        self.place() * PLACES
    }
}
