//! Convolution in groups of channels.
use crate::cpu::grouped;
use crate::cpu::storage::{is_fast, output, slice, tensor_like, wants_gradient, with_values};
use crate::geometry::Geometry;
use crate::{compose, conv2d};
use candle_core::{bail, CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

/// [`conv2d`] where output channels of group i see only the input channels of group i: ResNeXt's cardinality, or a depthwise
/// convolution when there are as many groups as channels. `x` is (N, C, H, W), `w` is (O, C / groups, kh, kw).
///
/// # Errors
/// As [`conv2d`], and when `groups` does not divide both C and O.
pub fn conv2d_grouped(x: &Tensor, w: &Tensor, stride: usize, padding: usize, groups: usize) -> Result<Tensor> {
    if groups == 1 {
        return conv2d(x, w, stride, padding);
    }
    one_group(x.shape(), w.shape(), stride, padding, groups)?;
    if is_fast(&[x, w]) {
        return x.contiguous()?.apply_op2(&w.contiguous()?, FastGroupedConv { stride, padding, groups });
    }
    compose::conv2d_grouped(x, w, stride, padding, groups)
}

/// The sizes of one group.
pub(crate) fn one_group(x: &Shape, w: &Shape, stride: usize, padding: usize, groups: usize) -> Result<Geometry> {
    let ((n, c, height, width), (o, inputs, kh, kw)) = (x.dims4()?, w.dims4()?);
    if groups == 0 || c % groups != 0 || o % groups != 0 {
        bail!("conv2d_grouped: {groups} groups do not divide {c} input and {o} output channels");
    }
    let (x, w) = (Shape::from((n, c / groups, height, width)), Shape::from((o / groups, inputs, kh, kw)));
    Geometry::new(&x, &w, stride, padding)
}

struct FastGroupedConv {
    stride: usize,
    padding: usize,
    groups: usize,
}

impl FastGroupedConv {
    fn geometry(&self, x: &Shape, w: &Shape) -> Result<Geometry> {
        one_group(x, w, self.stride, self.padding, self.groups)
    }
}

impl CustomOp2 for FastGroupedConv {
    fn name(&self) -> &'static str {
        "l2face-conv2d-grouped"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        w: &CpuStorage,
        w_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let g = self.geometry(x_layout.shape(), w_layout.shape())?;
        let y = grouped::forward(&g, self.groups, slice(x, x_layout)?, slice(w, w_layout)?);
        Ok(output(y, (g.batch, self.groups * g.out_channels, g.out_h, g.out_w)))
    }

    fn bwd(&self, x: &Tensor, w: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (g, groups) = (self.geometry(x.shape(), w.shape())?, self.groups);
        with_values(dy, |dy| {
            let dx = wants_gradient(x).then(|| with_values(w, |w| tensor_like(grouped::input(&g, groups, dy, w), x)));
            let dw = wants_gradient(w).then(|| with_values(x, |x| tensor_like(grouped::weights(&g, groups, x, dy), w)));
            Ok((dx.transpose()?, dw.transpose()?))
        })
    }
}
