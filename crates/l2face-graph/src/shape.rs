//! The shape of an operation's result, and whether its inputs fit: everything is known before a number is computed.
use crate::op::Op;
use candle_core::{bail, Result};

/// Most numbers of one value for one image, or of one weight.
const NUMBERS: usize = 1 << 29;

/// The product of the sizes.
///
/// # Errors
/// More numbers than can be held.
pub(crate) fn numbers(shape: &[usize]) -> Result<usize> {
    let product = shape.iter().try_fold(1usize, |n, &size| n.checked_mul(size));
    match product.filter(|n| *n <= NUMBERS) {
        Some(n) => Ok(n),
        None => bail!("a shape of {shape:?} has more than {NUMBERS} numbers"),
    }
}

/// The shape that `op` gives for inputs of these shapes, for one image.
pub(crate) fn infer(op: &Op, inputs: &[&[usize]], is_weight: &[bool]) -> Result<Vec<usize>> {
    roles(op, is_weight)?;
    let x = inputs[0];
    let shape = match op {
        Op::Conv { stride, padding, groups } => conv(inputs, *stride, *padding, *groups)?,
        Op::Pad([top, left, bottom, right]) => {
            let [c, h, w] = image(x)?;
            vec![c, sum(&[h, *top, *bottom])?, sum(&[w, *left, *right])?]
        }
        Op::BatchNorm { .. } | Op::Prelu => per_channel(x, &inputs[1..])?,
        Op::Unary(_) => x.to_vec(),
        Op::Binary(_) => broadcast(x, inputs[1])?,
        Op::MaxPool { kernel, stride, padding } => pool(x, *kernel, *stride, *padding)?,
        Op::MeanPool { kernel, stride } => pool(x, *kernel, *stride, 0)?,
        Op::GlobalMean => vec![image(x)?[0], 1, 1],
        Op::Reshape(shape) => reshape(x, shape)?,
        Op::Permute(axes) => permute(x, axes)?,
        Op::Concat(axis) => concat(inputs, *axis)?,
        Op::Linear => linear(inputs)?,
        Op::Norm => match x {
            [_] => vec![1],
            _ => bail!("takes the norm of (D), got {x:?}"),
        },
    };
    if numbers(&shape)? == 0 {
        bail!("of {x:?} nothing would be left: {shape:?}");
    }
    Ok(shape)
}

/// How many inputs an operation takes, and which of them are weights.
fn roles(op: &Op, is_weight: &[bool]) -> Result<()> {
    let fits = match op {
        Op::Conv { .. } | Op::Linear => matches!(is_weight, [false, true] | [false, true, true]),
        Op::BatchNorm { .. } => is_weight == [false, true, true, true, true],
        Op::Prelu => is_weight == [false, true],
        Op::Binary(_) => is_weight.len() == 2 && is_weight != [true, true],
        Op::Concat(_) => !is_weight.is_empty() && !is_weight.contains(&true),
        _ => is_weight == [false],
    };
    match fits {
        true => Ok(()),
        false => bail!("takes other inputs: of {} given, these are weights: {is_weight:?}", is_weight.len()),
    }
}

fn sum(sizes: &[usize]) -> Result<usize> {
    match sizes.iter().try_fold(0usize, |sum, &size| sum.checked_add(size)) {
        Some(sum) => Ok(sum),
        None => bail!("sizes that cannot be added: {sizes:?}"),
    }
}

fn image(x: &[usize]) -> Result<[usize; 3]> {
    match x {
        [c, h, w] => Ok([*c, *h, *w]),
        _ => bail!("takes (C, H, W), got {x:?}"),
    }
}

/// Windows of `kernel` that fit into `size` with `padding` on both sides.
fn windows(size: usize, kernel: usize, stride: usize, padding: usize) -> Result<usize> {
    let padded = sum(&[size, padding, padding])?;
    if kernel == 0 || stride == 0 || kernel > padded {
        bail!("a window of {kernel} with step {stride} does not fit {size} with padding {padding}");
    }
    Ok((padded - kernel) / stride + 1)
}

fn conv(inputs: &[&[usize]], stride: usize, padding: usize, groups: usize) -> Result<Vec<usize>> {
    let [c, h, w] = image(inputs[0])?;
    let &[o, per_group, kh, kw] = inputs[1] else { bail!("the weights must be (O, C, kh, kw), got {:?}", inputs[1]) };
    if groups == 0 || c % groups != 0 || o % groups != 0 || per_group != c / groups {
        bail!("weights {:?} in {groups} groups do not fit {c} channels", inputs[1]);
    }
    if inputs.get(2).is_some_and(|bias| **bias != [o]) {
        bail!("the bias must be ({o}), got {:?}", inputs[2]);
    }
    // What a kernel lays out: the image with its zeros.
    numbers(&[c, sum(&[h, padding, padding])?, sum(&[w, padding, padding])?])?;
    Ok(vec![o, windows(h, kh, stride, padding)?, windows(w, kw, stride, padding)?])
}

fn per_channel(x: &[usize], parameters: &[&[usize]]) -> Result<Vec<usize>> {
    if !matches!(x.len(), 1 | 3) || parameters.iter().any(|p| **p != x[..1]) {
        bail!("takes (C) or (C, H, W) and parameters (C), got {x:?} and {parameters:?}");
    }
    Ok(x.to_vec())
}

fn broadcast(x: &[usize], y: &[usize]) -> Result<Vec<usize>> {
    let rank = x.len().max(y.len());
    let at = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(rank).map_or(1, |i| shape[i]);
    let size = |i| match (at(x, i), at(y, i)) {
        (a, b) if a == b || b == 1 => Ok(a),
        (1, b) => Ok(b),
        _ => bail!("{x:?} and {y:?} do not go together"),
    };
    (0..rank).map(size).collect()
}

fn pool(x: &[usize], kernel: usize, stride: usize, padding: usize) -> Result<Vec<usize>> {
    let [c, h, w] = image(x)?;
    if padding > kernel / 2 {
        bail!("padding {padding} exceeds half the window {kernel}");
    }
    Ok(vec![c, windows(h, kernel, stride, padding)?, windows(w, kernel, stride, padding)?])
}

fn reshape(x: &[usize], shape: &[usize]) -> Result<Vec<usize>> {
    if numbers(x)? != numbers(shape)? {
        bail!("{x:?} does not have the numbers of {shape:?}");
    }
    Ok(shape.to_vec())
}

fn permute(x: &[usize], axes: &[usize]) -> Result<Vec<usize>> {
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..x.len()) {
        bail!("{axes:?} is not an order of the axes of {x:?}");
    }
    Ok(axes.iter().map(|&axis| x[axis]).collect())
}

fn concat(inputs: &[&[usize]], axis: usize) -> Result<Vec<usize>> {
    let mut shape = inputs[0].to_vec();
    let rest = |x: &[usize]| [&x[..axis], &x[axis + 1..]].concat();
    if inputs.iter().any(|x| x.len() <= axis || rest(x) != rest(inputs[0])) {
        bail!("{inputs:?} cannot be joined along axis {axis}");
    }
    shape[axis] = sum(&inputs.iter().map(|x| x[axis]).collect::<Vec<_>>())?;
    Ok(shape)
}

fn linear(inputs: &[&[usize]]) -> Result<Vec<usize>> {
    match (inputs[0], inputs[1], inputs.get(2)) {
        ([d], [o, columns], bias) if d == columns && bias.is_none_or(|b| **b == [*o]) => Ok(vec![*o]),
        (x, w, bias) => bail!("takes (D), weights (O, D) and a bias (O), got {x:?}, {w:?} and {bias:?}"),
    }
}
