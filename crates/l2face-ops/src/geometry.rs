//! The sizes of one convolution, checked once.
use candle_core::{bail, Result, Shape};

/// Every size a convolution kernel needs. All sizes are at least 1 (padding at least 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub batch: usize,
    pub in_channels: usize,
    pub height: usize,
    pub width: usize,
    pub out_channels: usize,
    pub kernel_h: usize,
    pub kernel_w: usize,
    pub stride: usize,
    pub padding: usize,
    pub out_h: usize,
    pub out_w: usize,
}

impl Geometry {
    /// `x` is (N, C, H, W), `w` is (O, C, kh, kw).
    pub fn new(x: &Shape, w: &Shape, stride: usize, padding: usize) -> Result<Self> {
        let (batch, in_channels, height, width) = x.dims4()?;
        let (out_channels, weight_channels, kernel_h, kernel_w) = w.dims4()?;
        if weight_channels != in_channels {
            bail!("conv2d: the input has {in_channels} channels, the weight expects {weight_channels} (input {x:?}, weight {w:?})");
        }
        if stride == 0 || x.elem_count() == 0 || w.elem_count() == 0 {
            bail!("conv2d: stride and every size must be positive (input {x:?}, weight {w:?}, stride {stride})");
        }
        if height + 2 * padding < kernel_h || width + 2 * padding < kernel_w {
            bail!("conv2d: the kernel {kernel_h}x{kernel_w} does not fit the input {height}x{width} with padding {padding}");
        }
        let out_h = (height + 2 * padding - kernel_h) / stride + 1;
        let out_w = (width + 2 * padding - kernel_w) / stride + 1;
        Ok(Self { batch, in_channels, height, width, out_channels, kernel_h, kernel_w, stride, padding, out_h, out_w })
    }

    /// Rows of the unfolded input: C * kh * kw.
    pub fn patch(&self) -> usize {
        self.in_channels * self.kernel_area()
    }

    pub fn kernel_area(&self) -> usize {
        self.kernel_h * self.kernel_w
    }

    /// Whether each output pixel takes one input pixel, the one at its own place: then nothing needs unfolding.
    pub fn is_pointwise(&self) -> bool {
        self.kernel_area() == 1 && self.stride == 1 && self.padding == 0
    }

    /// Pixels of one input plane.
    pub fn in_plane(&self) -> usize {
        self.height * self.width
    }

    /// Pixels of one output plane.
    pub fn out_plane(&self) -> usize {
        self.out_h * self.out_w
    }

    /// Numbers in one input image.
    pub fn in_image(&self) -> usize {
        self.in_channels * self.in_plane()
    }

    /// Numbers in one output image.
    pub fn out_image(&self) -> usize {
        self.out_channels * self.out_plane()
    }
}
