//! Planes with zeros around them, in which every tap of a kernel is one offset.
use crate::geometry::Geometry;

/// Numbers after the last plane that a kernel may read (and multiply with zero, or drop).
pub(super) const SLACK: usize = 16;

/// How the planes of one group are laid out. A stride s is undone by splitting a plane into s x s planes of every s-th row and
/// column, so that neighbouring outputs always read neighbouring numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub channels: usize,
    height: usize,
    width: usize,
    /// Distance of neighbouring source pixels in the frame.
    spread: usize,
    /// Where source pixel (0, 0) lies; negative when it is cut off.
    top: isize,
    left: isize,
    /// s.
    phases: usize,
    /// Size of each of the s x s planes.
    rows: usize,
    pub pitch: usize,
    kernel_h: usize,
    kernel_w: usize,
    pub out_h: usize,
    pub out_w: usize,
}

impl Frame {
    /// For the convolution itself.
    pub fn of_input(g: &Geometry) -> Self {
        Self {
            channels: g.in_channels,
            height: g.height,
            width: g.width,
            spread: 1,
            top: g.padding as isize,
            left: g.padding as isize,
            phases: g.stride,
            rows: ((g.out_h - 1) * g.stride + g.kernel_h).div_ceil(g.stride),
            pitch: ((g.out_w - 1) * g.stride + g.kernel_w).div_ceil(g.stride),
            kernel_h: g.kernel_h,
            kernel_w: g.kernel_w,
            out_h: g.out_h,
            out_w: g.out_w,
        }
    }

    /// For the gradient of its input, a convolution at stride 1 of the gradient of its output.
    pub fn of_gradient(g: &Geometry) -> Self {
        let before = |kernel: usize| kernel as isize - 1 - g.padding as isize;
        Self {
            channels: g.out_channels,
            height: g.out_h,
            width: g.out_w,
            spread: g.stride,
            top: before(g.kernel_h),
            left: before(g.kernel_w),
            phases: 1,
            rows: g.height + g.kernel_h - 1,
            pitch: g.width + g.kernel_w - 1,
            kernel_h: g.kernel_h,
            kernel_w: g.kernel_w,
            out_h: g.height,
            out_w: g.width,
        }
    }

    pub fn source_plane(&self) -> usize {
        self.height * self.width
    }

    pub fn out_plane(&self) -> usize {
        self.out_h * self.out_w
    }

    /// Numbers of one channel; with a step far beyond the image they cannot be counted.
    fn channel(&self) -> usize {
        [self.phases, self.rows, self.pitch].into_iter().fold(self.phases, usize::saturating_mul)
    }

    /// Numbers of all channels of a group, and the slack.
    pub fn len(&self) -> usize {
        self.channels.saturating_mul(self.channel()).saturating_add(SLACK)
    }

    /// Outputs of one channel with what lies between their rows, in whole sixteens.
    pub fn out_len(&self) -> usize {
        ((self.out_h - 1) * self.pitch + self.out_w).next_multiple_of(16)
    }

    /// Where each tap of each channel finds the pixel of output 0.
    pub fn offsets(&self) -> Vec<usize> {
        let s = self.phases;
        let tap = |channel: usize, y: usize, x: usize| {
            channel * self.channel() + ((y % s) * s + x % s) * self.rows * self.pitch + y / s * self.pitch + x / s
        };
        let mut all = Vec::with_capacity(self.channels * self.kernel_h * self.kernel_w);
        for channel in 0..self.channels {
            for y in 0..self.kernel_h {
                all.extend((0..self.kernel_w).map(|x| tap(channel, y, x)));
            }
        }
        all
    }

    /// Lays the planes of one group out in `to`, of [`Frame::len`] numbers.
    pub fn fill(&self, source: &[f32], to: &mut [f32]) {
        to.fill(0.);
        for (source, to) in source.chunks_exact(self.source_plane()).zip(to.chunks_exact_mut(self.channel())) {
            self.fill_channel(source, to);
        }
    }

    fn fill_channel(&self, source: &[f32], to: &mut [f32]) {
        let s = self.phases;
        for (y, line) in source.chunks_exact(self.width).enumerate() {
            let Some(row) = within(y, self.spread, self.top, self.rows * s) else { continue };
            let rest = &mut to[(row % s) * s * self.rows * self.pitch..];
            if self.spread == 1 {
                for (phase, plane) in rest.chunks_exact_mut(self.rows * self.pitch).take(s).enumerate() {
                    copy_line(line, phase as isize - self.left, s, &mut plane[row / s * self.pitch..][..self.pitch]);
                }
                continue;
            }
            for (x, value) in line.iter().enumerate() {
                if let Some(column) = within(x, self.spread, self.left, self.pitch * s) {
                    rest[((column % s) * self.rows + row / s) * self.pitch + column / s] = *value;
                }
            }
        }
    }
}

/// Where source index `i` lies among `len` places, if it does.
fn within(i: usize, spread: usize, before: isize, len: usize) -> Option<usize> {
    usize::try_from((i * spread) as isize + before).ok().filter(|at| *at < len)
}

/// Every `step`-th number of a line, `first` in the first place; what would stand before the line is left out.
fn copy_line(line: &[f32], first: isize, step: usize, to: &mut [f32]) {
    let skipped = usize::try_from(-first).unwrap_or(0).div_ceil(step);
    let from = usize::try_from(first + (skipped * step) as isize).unwrap_or(0);
    let (Some(line), Some(to)) = (line.get(from..), to.get_mut(skipped..)) else { return };
    match step {
        1 => to.iter_mut().zip(line).for_each(|(to, from)| *to = *from),
        step => to.iter_mut().zip(line.iter().step_by(step)).for_each(|(to, from)| *to = *from),
    }
}
