//! Every operation against a slow formula, with batches, and every shape that is refused.
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ModuleT;
use l2face_graph::{Binary, Graph, Input, Net, Op, Unary, Value};
use std::collections::HashMap;

fn numbers(n: usize, seed: usize) -> Vec<f32> {
    (0..n).map(|i| ((i * 37 + seed * 11) % 101) as f32 / 50. - 1.).collect()
}

/// The images' numbers, the weights', the output's, and the output's shape.
type Ran = (Vec<f64>, Vec<Vec<f64>>, Vec<f64>, Vec<usize>);

/// A network of one operation on images (2, 4, 6) with weights of these shapes, which are drawn, and its output for three images.
fn run(op: Op, values: usize, weights: &[&[usize]], dtype: DType) -> Result<Ran> {
    let mut graph = Graph::new([2, 4, 6]);
    let mut inputs: Vec<Input> = vec![Value::IMAGE.into(); values];
    let (mut tensors, mut drawn) = (HashMap::new(), Vec::new());
    for (i, shape) in weights.iter().enumerate() {
        inputs.push(graph.weight(&format!("w{i}"), shape)?);
        let mut values = numbers(shape.iter().product(), i + 3);
        if matches!(op, Op::BatchNorm { .. }) && i == 3 {
            values.iter_mut().for_each(|v| *v = v.abs() + 0.5);
        }
        drawn.push(values.iter().map(|v| f64::from(*v)).collect());
        tensors.insert(format!("w{i}"), Tensor::from_vec(values, *shape, &Device::Cpu)?);
    }
    graph.push("op", op, inputs)?;
    let x = numbers(3 * 48, 1);
    let images = Tensor::from_vec(x.clone(), (3, 2, 4, 6), &Device::Cpu)?.to_dtype(dtype)?;
    let y = Net::new(&graph, &tensors, dtype, &Device::Cpu)?.forward_t(&images, false)?;
    assert_eq!(y.dims()[1..], *graph.shape(graph.output()));
    let values = y.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
    Ok((x.into_iter().map(f64::from).collect(), drawn, values, y.dims().to_vec()))
}

/// The value of image n at (c, h, w); zero outside.
fn at(x: &[f64], n: usize, c: usize, h: isize, w: isize) -> f64 {
    match (0..4).contains(&h) && (0..6).contains(&w) {
        true => x[((n * 2 + c) * 4 + h as usize) * 6 + w as usize],
        false => 0.,
    }
}

fn near(got: &[f64], want: &[f64], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    let error = got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0., f64::max);
    assert!(error < 1e-5, "{what}: {error:e}");
}

#[test]
fn convolutions() -> Result<()> {
    for (stride, padding, groups, o, bias) in
        [(1, 1, 1, 3, true), (2, 0, 1, 4, false), (1, 1, 2, 2, true), (2, 1, 2, 4, false)]
    {
        let w = [o, 2 / groups, 3, 3];
        let shapes: Vec<&[usize]> = if bias { vec![&w, &w[..1]] } else { vec![&w] };
        for dtype in [DType::F32, DType::F64] {
            let (x, drawn, y, dims) = run(Op::Conv { stride, padding, groups }, 1, &shapes, dtype)?;
            let mut want = Vec::new();
            for (n, k) in (0..3).flat_map(|n| (0..o).map(move |k| (n, k))) {
                for (i, j) in (0..dims[2]).flat_map(|i| (0..dims[3]).map(move |j| (i, j))) {
                    let mut sum = if bias { drawn[1][k] } else { 0. };
                    for (c, a, b) in (0..2 / groups).flat_map(|c| (0..9).map(move |t| (c, t / 3, t % 3))) {
                        let channel = k / (o / groups) * (2 / groups) + c;
                        let place = |at: usize, tap: usize| (at * stride + tap) as isize - padding as isize;
                        sum += drawn[0][((k * (2 / groups) + c) * 3 + a) * 3 + b]
                            * at(&x, n, channel, place(i, a), place(j, b));
                    }
                    want.push(sum);
                }
            }
            near(&y, &want, &format!("stride {stride} padding {padding} groups {groups}"));
        }
    }
    Ok(())
}

#[test]
fn functions_of_each_value() -> Result<()> {
    type Formula = fn(f64) -> f64;
    let cases: [(Unary, Formula); 5] = [
        (Unary::Relu, |v| v.max(0.)),
        (Unary::Sigmoid, |v| 1. / (1. + (-v).exp())),
        (Unary::Tanh, f64::tanh),
        (Unary::Clip { min: -0.5, max: f64::INFINITY }, |v| v.max(-0.5)),
        (Unary::HardSigmoid { alpha: 0.4, beta: 0.3 }, |v| (0.4 * v + 0.3).clamp(0., 1.)),
    ];
    for (unary, formula) in cases {
        let (x, _, y, _) = run(Op::Unary(unary), 1, &[], DType::F32)?;
        near(&y, &x.iter().map(|v| formula(*v)).collect::<Vec<_>>(), &format!("{unary:?}"));
    }
    let (x, w, y, _) = run(Op::Prelu, 1, &[&[2]], DType::F32)?;
    let want: Vec<f64> = x.iter().enumerate().map(|(i, v)| if *v > 0. { *v } else { v * w[0][i / 24 % 2] }).collect();
    near(&y, &want, "prelu");
    let (x, w, y, _) = run(Op::BatchNorm { eps: 0.1 }, 1, &[&[2], &[2], &[2], &[2]], DType::F32)?;
    let norm = |(i, v): (usize, &f64)| {
        let c = i / 24 % 2;
        (v - w[2][c]) / (w[3][c] + 0.1).sqrt() * w[0][c] + w[1][c]
    };
    near(&y, &x.iter().enumerate().map(norm).collect::<Vec<_>>(), "batch norm");
    Ok(())
}

#[test]
fn functions_of_two_values_broadcast_from_the_right() -> Result<()> {
    type Formula = fn(f64, f64) -> f64;
    let cases: [(Binary, Formula); 4] = [
        (Binary::Add, |a, b| a + b),
        (Binary::Sub, |a, b| a - b),
        (Binary::Mul, |a, b| a * b),
        (Binary::Div, |a, b| a / b),
    ];
    for (binary, formula) in cases {
        let (x, w, y, _) = run(Op::Binary(binary), 1, &[&[2, 1, 1]], DType::F64)?;
        near(
            &y,
            &x.iter().enumerate().map(|(i, v)| formula(*v, w[0][i / 24 % 2])).collect::<Vec<_>>(),
            &format!("{binary:?}"),
        );
        let (x, w, y, _) = run(Op::Binary(binary), 1, &[&[6]], DType::F64)?;
        near(
            &y,
            &x.iter().enumerate().map(|(i, v)| formula(*v, w[0][i % 6])).collect::<Vec<_>>(),
            &format!("{binary:?}"),
        );
    }
    let (x, _, y, _) = run(Op::Binary(Binary::Mul), 2, &[], DType::F32)?;
    near(&y, &x.iter().map(|v| v * v).collect::<Vec<_>>(), "two values");
    Ok(())
}

#[test]
fn windows_and_shapes() -> Result<()> {
    let windows =
        |x: &[f64], kernel: isize, stride: usize, padding: isize, of: &dyn Fn(&[f64]) -> f64, oh: usize, ow: usize| {
            let mut y = Vec::new();
            for (n, c) in (0..3).flat_map(|n| (0..2).map(move |c| (n, c))) {
                for (i, j) in (0..oh).flat_map(|i| (0..ow).map(move |j| (i, j))) {
                    let inside = |h: isize, w: isize| (0..4).contains(&h) && (0..6).contains(&w);
                    let all = (0..kernel * kernel).map(|t| {
                        ((i * stride) as isize + t / kernel - padding, (j * stride) as isize + t % kernel - padding)
                    });
                    y.push(of(&all
                        .filter(|(h, w)| inside(*h, *w))
                        .map(|(h, w)| at(x, n, c, h, w))
                        .collect::<Vec<_>>()));
                }
            }
            y
        };
    let largest = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (x, _, y, dims) = run(Op::MaxPool { kernel: 3, stride: 2, padding: 1 }, 1, &[], DType::F32)?;
    near(&y, &windows(&x, 3, 2, 1, &largest, dims[2], dims[3]), "max pool");
    let (x, _, y, dims) = run(Op::MeanPool { kernel: 2, stride: 2 }, 1, &[], DType::F32)?;
    near(&y, &windows(&x, 2, 2, 0, &mean, dims[2], dims[3]), "mean pool");
    let (x, _, y, dims) = run(Op::GlobalMean, 1, &[], DType::F32)?;
    assert_eq!(dims, [3, 2, 1, 1]);
    near(&y, &x.chunks(24).map(mean).collect::<Vec<_>>(), "global mean");
    let (x, _, y, dims) = run(Op::Pad([1, 0, 0, 2]), 1, &[], DType::F32)?;
    assert_eq!(dims, [3, 2, 5, 8]);
    let padded = (0..3 * 2 * 5 * 8).map(|i| at(&x, i / 80, i / 40 % 2, (i / 8 % 5) as isize - 1, (i % 8) as isize));
    near(&y, &padded.collect::<Vec<_>>(), "pad");
    let (x, _, y, dims) = run(Op::Permute(vec![1, 2, 0]), 1, &[], DType::F32)?;
    assert_eq!(dims, [3, 4, 6, 2]);
    near(
        &y,
        &(0..144).map(|i| at(&x, i / 48, i % 2, (i / 12 % 4) as isize, (i / 2 % 6) as isize)).collect::<Vec<_>>(),
        "permute",
    );
    let (x, _, y, dims) = run(Op::Concat(1), 2, &[], DType::F32)?;
    assert_eq!(dims, [3, 2, 8, 6]);
    near(&y, &x.chunks(24).flat_map(|c| [c, c].concat()).collect::<Vec<_>>(), "concat");
    let (x, _, y, dims) = run(Op::Reshape(vec![48]), 1, &[], DType::F32)?;
    assert_eq!(dims, [3, 48]);
    near(&y, &x, "reshape");
    Ok(())
}

#[test]
fn a_linear_layer_and_a_norm() -> Result<()> {
    let mut graph = Graph::new([1, 2, 3]);
    let flat = graph.push("flatten", Op::Reshape(vec![6]), vec![Value::IMAGE.into()])?;
    let (w, b) = (graph.weight("w", &[4, 6])?, graph.weight("b", &[4])?);
    let y = graph.push("fc", Op::Linear, vec![flat.into(), w, b])?;
    let norm = graph.push("norm", Op::Norm, vec![y.into()])?;
    graph.push("unit", Op::Binary(Binary::Div), vec![y.into(), norm.into()])?;
    let (x, w, b) = (numbers(12, 1), numbers(24, 2), numbers(4, 3));
    let tensor = |v: &[f32], shape: &[usize]| Tensor::from_vec(v.to_vec(), shape, &Device::Cpu);
    let weights = HashMap::from([("w".to_string(), tensor(&w, &[4, 6])?), ("b".to_string(), tensor(&b, &[4])?)]);
    let got: Vec<Vec<f32>> = Net::new(&graph, &weights, DType::F32, &Device::Cpu)?
        .forward_t(&tensor(&x, &[2, 1, 2, 3])?, false)?
        .to_vec2()?;
    for (x, got) in x.chunks(6).zip(got) {
        let y: Vec<f64> =
            (0..4).map(|o| f64::from(b[o]) + (0..6).map(|i| f64::from(w[o * 6 + i] * x[i])).sum::<f64>()).collect();
        let norm = y.iter().map(|v| v * v).sum::<f64>().sqrt();
        near(
            &got.into_iter().map(f64::from).collect::<Vec<_>>(),
            &y.iter().map(|v| v / norm).collect::<Vec<_>>(),
            "unit",
        );
    }
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let refused = |op: Op, weights: &[&[usize]], part: &str| {
        let mut graph = Graph::new([2, 4, 6]);
        let mut inputs = vec![Input::Value(Value::IMAGE)];
        inputs.extend(
            weights.iter().enumerate().map(|(i, shape)| graph.weight(&format!("w{i}"), shape).expect("a weight")),
        );
        let error = graph.push("here", op, inputs).expect_err("must be refused").to_string();
        assert!(error.contains("here") && error.contains(part), "{part} is not in: {error}");
    };
    let conv = |stride, padding, groups| Op::Conv { stride, padding, groups };
    refused(conv(1, 0, 1), &[&[3, 3, 3, 3]], "do not fit 2 channels");
    refused(conv(0, 0, 1), &[&[3, 2, 3, 3]], "step 0");
    refused(conv(1, 0, 3), &[&[3, 2, 3, 3]], "in 3 groups");
    refused(conv(1, usize::MAX, 1), &[&[3, 2, 3, 3]], "cannot be added");
    refused(conv(1, 0, 1), &[&[3, 2, 5, 5]], "does not fit 4");
    refused(conv(1, 0, 1), &[&[3, 2, 3, 3], &[2]], "the bias must be (3)");
    refused(conv(1, 0, 1), &[], "takes other inputs");
    refused(Op::Pad([usize::MAX, 1, 0, 0]), &[], "cannot be added");
    refused(Op::Pad([1 << 30, 0, 0, 0]), &[], "more than");
    refused(Op::Prelu, &[&[3]], "parameters (C)");
    refused(Op::Binary(Binary::Add), &[&[5]], "do not go together");
    refused(Op::MaxPool { kernel: 2, stride: 2, padding: 2 }, &[], "exceeds half");
    refused(Op::Reshape(vec![47]), &[], "does not have the numbers");
    refused(Op::Permute(vec![0, 1, 1]), &[], "not an order");
    refused(Op::Concat(3), &[], "cannot be joined");
    refused(Op::Linear, &[&[4, 6]], "takes (D)");
    refused(Op::Norm, &[], "the norm of (D)");
    let mut graph = Graph::new([2, 4, 6]);
    let error = graph.push("early", Op::Norm, vec![Value::of_node(3).into()]).expect_err("no such value").to_string();
    assert!(error.contains("does not exist yet"), "{error}");
    assert!(
        graph.weight("w", &[1 << 20, 1 << 20]).is_err()
            && graph.weight("w", &[2]).is_ok()
            && graph.weight("w", &[3]).is_err()
    );
}

#[test]
fn weights_and_images_are_checked() -> Result<()> {
    let mut graph = Graph::new([2, 4, 6]);
    assert!(Net::new(&graph, &HashMap::new(), DType::F32, &Device::Cpu).is_err(), "no operation");
    let w = graph.weight("slope", &[2])?;
    graph.push("prelu", Op::Prelu, vec![Value::IMAGE.into(), w])?;
    let of = |n: usize| {
        HashMap::from([("slope".to_string(), Tensor::zeros(n, DType::F32, &Device::Cpu).expect("a tensor"))])
    };
    let error =
        |weights| Net::new(&graph, &weights, DType::F32, &Device::Cpu).expect_err("must be refused").to_string();
    assert!(error(HashMap::new()).contains("slope is missing"));
    assert!(error(of(3)).contains("[3], the network takes [2]"));
    let net = Net::new(&graph, &of(2), DType::F32, &Device::Cpu)?;
    let images = |c: usize| Tensor::zeros((1, c, 4, 6), DType::F32, &Device::Cpu);
    assert!(net.forward_t(&images(3)?, false).is_err() && net.forward_t(&images(2)?, true).is_err());
    assert_eq!(net.forward_t(&images(2)?, false)?.dims(), [1, 2, 4, 6]);
    Ok(())
}

#[test]
fn folded_and_fused_chains_equal_the_single_operations() -> Result<()> {
    // conv with bias -> batch norm -> prelu, whose value is used twice; add -> relu at the end.
    let mut graph = Graph::new([2, 4, 6]);
    let mut weights = HashMap::new();
    let mut weight = |graph: &mut Graph, name: &str, shape: &[usize], shift: f32| -> Result<Input> {
        let values = numbers(shape.iter().product(), name.len()).into_iter().map(|v| v * 0.4 + shift).collect();
        weights.insert(name.to_string(), Tensor::from_vec(values, shape, &Device::Cpu)?);
        graph.weight(name, shape)
    };
    let conv = Op::Conv { stride: 1, padding: 1, groups: 1 };
    let (w, b) = (weight(&mut graph, "w", &[2, 2, 3, 3], 0.)?, weight(&mut graph, "bias", &[2], 0.3)?);
    let y = graph.push("conv", conv, vec![Value::IMAGE.into(), w, b])?;
    let norm = [("scale", 1.), ("offset", 0.1), ("averages", 0.2), ("variances", 1.)];
    let norm =
        norm.into_iter().map(|(name, shift)| weight(&mut graph, name, &[2], shift)).collect::<Result<Vec<_>>>()?;
    let y = graph.push("norm", Op::BatchNorm { eps: 1e-3 }, [vec![y.into()], norm].concat())?;
    let slope = weight(&mut graph, "slopes of it", &[2], 0.25)?;
    let y = graph.push("prelu", Op::Prelu, vec![y.into(), slope])?;
    let sum = graph.push("sum", Op::Binary(Binary::Sub), vec![y.into(), Value::IMAGE.into()])?;
    let sum = graph.push("twice", Op::Binary(Binary::Add), vec![sum.into(), y.into()])?;
    let last = graph.push("relu", Op::Unary(Unary::Relu), vec![sum.into()])?;
    let x = Tensor::from_vec(numbers(3 * 48, 1), (3, 2, 4, 6), &Device::Cpu)?;
    let got = Net::new(&graph, &weights, DType::F32, &Device::Cpu)?.forward_t(&x, false)?;
    // Each operation alone, in f64: a value that is used again keeps it from being fused.
    let mut value = vec![x.to_dtype(DType::F64)?];
    for node in graph.nodes() {
        let mut one = Graph::new(value[0].dims()[1..].try_into().expect("an image"));
        let mut inputs = Vec::new();
        let mut given = Vec::new();
        for input in &node.inputs {
            match input {
                Input::Value(v) => {
                    given.push(value[v.node().map_or(0, |n| n + 1)].clone());
                    inputs.push(Input::Value(Value::IMAGE));
                }
                Input::Weight(name) => inputs.push(one.weight(name, weights[name].dims())?),
            }
        }
        if let [x, y] = &given[..] {
            value.push(if node.op == Op::Binary(Binary::Sub) { (x - y)? } else { (x + y)? });
            continue;
        }
        one.push("one", node.op.clone(), inputs)?;
        value.push(Net::new(&one, &weights, DType::F64, &Device::Cpu)?.forward_t(&given[0], false)?);
    }
    let want = &value[last.node().expect("a node") + 1];
    let error = (got.to_dtype(DType::F64)? - want)?.abs()?.max_all()?.to_scalar::<f64>()?;
    assert!(error < 1e-5 && want.max_all()?.to_scalar::<f64>()? > 0.1, "{error:e}");
    Ok(())
}
