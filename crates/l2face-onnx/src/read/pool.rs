//! Pooling, and means over pixels.
use super::attributes::{axis, Attributes};
use super::conv::pads;
use super::importer::{Importer, Item};
use crate::proto::NodeProto;
use candle_core::{bail, Result};
use l2face_graph::{Op, Value};

struct Window {
    x: Value,
    kernel: usize,
    stride: usize,
    pads: [usize; 4],
}

fn window(importer: &Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<Window> {
    let kernel = attributes.one_size("kernel_shape", 0)?;
    let stride = attributes.one_size("strides", 1)?;
    let x = importer.image_value(node, 0)?;
    let pads = pads(importer, attributes, x, [kernel; 2], stride)?;
    if attributes.ints("dilations").is_some_and(|d| d.iter().any(|d| *d != 1)) {
        bail!("dilations other than 1 are not known");
    }
    let fits = |size: usize, pad: usize| size.saturating_add(pad).saturating_sub(kernel) % stride == 0;
    let shape = importer.graph.shape(x);
    let whole = fits(shape[1], pads[0].saturating_add(pads[2])) && fits(shape[2], pads[1].saturating_add(pads[3]));
    if attributes.int("ceil_mode", 0) != 0 && !whole {
        bail!("ceil_mode, where windows reach over the edge, is not known");
    }
    Ok(Window { x, kernel, stride, pads })
}

pub(crate) fn max(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let Window { x, kernel, stride, pads } = window(importer, node, attributes)?;
    if pads != [pads[0]; 4] {
        bail!("pads {pads:?}: only the same on all sides are known");
    }
    importer.push(node, Op::MaxPool { kernel, stride, padding: pads[0] }, vec![x.into()])
}

pub(crate) fn mean(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let Window { x, kernel, stride, pads } = window(importer, node, attributes)?;
    if importer.graph.shape(x)[1..] == [kernel; 2] && pads == [0; 4] {
        return importer.push(node, Op::GlobalMean, vec![x.into()]);
    }
    let x = match (pads, attributes.int("count_include_pad", 0)) {
        ([0, 0, 0, 0], _) => x,
        (pads, 1) => importer.step(node, Op::Pad(pads), vec![x.into()])?,
        _ => bail!("a mean that leaves its padding out is not known"),
    };
    importer.push(node, Op::MeanPool { kernel, stride }, vec![x.into()])
}

pub(crate) fn global_mean(importer: &mut Importer, node: &NodeProto, _: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    importer.push(node, Op::GlobalMean, vec![x.into()])
}

pub(crate) fn reduce_mean(importer: &mut Importer, node: &NodeProto, attributes: &Attributes<'_>) -> Result<()> {
    let x = importer.image_value(node, 0)?;
    let given = importer.known(node, 1)?.map(|c| c.integers()).transpose()?;
    let axes = attributes.ints("axes").or(given).unwrap_or_default();
    let rank = importer.full_shape(x).len();
    let mut axes = axes.iter().map(|a| axis(*a, rank)).collect::<Result<Vec<_>>>()?;
    axes.sort_unstable();
    if rank != 4 || axes != [2, 3] {
        bail!("only the mean over height and width is known, not over axes {axes:?} of {rank}");
    }
    let channels = importer.graph.shape(x)[0];
    let mean = importer.step(node, Op::GlobalMean, vec![x.into()])?;
    match attributes.int("keepdims", 1) {
        0 => importer.push(node, Op::Reshape(vec![channels]), vec![mean.into()]),
        _ => importer.give(node, Item::Value(mean)),
    }
}
