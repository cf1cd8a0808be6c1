//! What a network holds at once, and other names for its weights.
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ModuleT;
use l2face_graph::{Binary, Graph, Input, Net, Op, Unary, Value};
use std::collections::HashMap;

/// An image of 1 x 2 x 2.
fn graph(ops: &[(Op, &[usize])]) -> Result<Graph> {
    let mut graph = Graph::new([1, 2, 2]);
    for (i, (op, inputs)) in ops.iter().enumerate() {
        let value = |&input: &usize| input.checked_sub(1).map_or(Value::IMAGE, Value::of_node).into();
        graph.push(format!("op {i}"), op.clone(), inputs.iter().map(value).collect::<Vec<Input>>())?;
    }
    Ok(graph)
}

#[test]
fn the_peak_is_where_most_is_held() -> Result<()> {
    let (relu, pad) = (Op::Unary(Unary::Relu), Op::Pad([0, 0, 1, 1]));
    let peak = |ops: &[(Op, &[usize])]| graph(ops).map(|graph| graph.peak());
    assert_eq!(peak(&[])?, (4, Value::IMAGE));
    assert_eq!(peak(&[(relu.clone(), &[0])])?, (8, Value::of_node(0)));
    // A chain holds two values at a time, the largest neighbours here 9 and 16.
    let chain = [(relu.clone(), &[0][..]), (pad.clone(), &[1]), (pad.clone(), &[2]), (Op::GlobalMean, &[3])];
    assert_eq!(peak(&chain)?, (25, Value::of_node(2)));
    // The image is needed again at the end.
    let skip = [(pad.clone(), &[0][..]), (Op::GlobalMean, &[1]), (Op::Binary(Binary::Add), &[0, 2])];
    assert_eq!(peak(&skip)?, (14, Value::of_node(1)));
    // What nothing takes is held while it is made.
    let unused = [(pad, &[0][..]), (relu.clone(), &[0]), (relu, &[2])];
    assert_eq!(peak(&unused)?, (13, Value::of_node(0)));
    Ok(())
}

#[test]
fn a_network_that_holds_too_much_is_refused() -> Result<()> {
    let mut graph = Graph::new([1, 1 << 14, 1 << 14]);
    graph.push("first", Op::Unary(Unary::Relu), vec![Value::IMAGE.into()])?;
    graph.check_peak()?;
    graph.push("sum", Op::Binary(Binary::Add), vec![Value::IMAGE.into(), Value::of_node(0).into()])?;
    for error in [graph.check_peak(), Net::new(&graph, &HashMap::new(), DType::F32, &Device::Cpu).map(drop)] {
        let error = error.expect_err("three times 2^28 numbers").to_string();
        assert!(error.contains("at sum the network holds 805306368 numbers"), "{error}");
    }
    Ok(())
}

/// One convolution of (C, H, W) with (O, C / groups, kh, kw).
fn conv(image: [usize; 3], weight: [usize; 4], stride: usize, groups: usize) -> Result<Graph> {
    let mut graph = Graph::new(image);
    let inputs = vec![Value::IMAGE.into(), graph.weight("w", &weight)?];
    graph.push("conv", Op::Conv { stride, padding: 0, groups }, inputs)?;
    Ok(graph)
}

#[test]
fn what_a_convolution_lays_out_is_held_too() -> Result<()> {
    let own = |image: [usize; 3], out: [usize; 3]| image.iter().product::<usize>() + out.iter().product::<usize>();
    // Nothing is laid out where each output takes one pixel.
    assert_eq!(conv([8, 40, 50], [2, 8, 1, 1], 1, 1)?.peak().0, own([8, 40, 50], [2, 40, 50]));
    // At least an output row of each number of a kernel, however many rows.
    let row = 8 * 5 * 5 * 696;
    let peak = conv([8, 100, 700], [2, 8, 5, 5], 1, 1)?.peak().0 - own([8, 100, 700], [2, 96, 696]);
    assert!((row..row * 5 / 4).contains(&peak), "{peak}");
    // A group at a time, its padded planes and its outputs.
    let peak = conv([64, 40, 40], [64, 1, 3, 3], 1, 64)?.peak().0 - own([64, 40, 40], [64, 38, 38]);
    assert!((40 * 40 + 38 * 38..2 * 40 * 40).contains(&peak), "{peak}");
    // Winograd's tiles: 36 numbers for 16, of 32 channels in and out, of a few rows of tiles.
    let peak = conv([32, 66, 66], [32, 32, 3, 3], 1, 1)?.peak().0 - own([32, 66, 66], [32, 64, 64]);
    assert!((36 * 64 * 16..36 * 64 * 256).contains(&peak), "{peak}");
    Ok(())
}

#[test]
fn a_convolution_that_lays_out_too_much_is_refused() -> Result<()> {
    // 64 * 128 * 128 numbers for each of 897 columns; planes for a step far beyond the image; tiles of one row of pixels.
    for (image, weight, stride, groups) in [
        ([64, 1024, 1024], [1, 64, 128, 128], 1, 1),
        ([1, 3, 3], [1, 1, 2, 2], 1 << 20, 1),
        ([1, 3, 3], [1, 1, 2, 2], 1 << 40, 1),
        ([8, 3, 3], [8, 1, 2, 2], 1 << 20, 8),
        ([16, 3, 1 << 22], [16, 16, 3, 3], 1, 1),
    ] {
        let error = conv(image, weight, stride, groups)?.check_peak().expect_err("too much").to_string();
        assert!(error.contains("at conv the network holds"), "{error}");
    }
    Ok(())
}

#[test]
fn values_that_nothing_takes_change_nothing() -> Result<()> {
    let unused = graph(&[(Op::GlobalMean, &[0]), (Op::Unary(Unary::Relu), &[0]), (Op::GlobalMean, &[2])])?;
    let x = Tensor::new(&[[[[-1f32, 2.], [3., 4.]]]], &Device::Cpu)?;
    let net = Net::new(&unused, &HashMap::new(), DType::F32, &Device::Cpu)?;
    assert_eq!(net.forward_t(&x, false)?.flatten_all()?.to_vec1::<f32>()?, [2.25]);
    Ok(())
}

#[test]
fn weights_take_other_names() -> Result<()> {
    let mut graph = Graph::new([1, 2, 2]);
    let inputs = vec![Value::IMAGE.into(), graph.weight("net.w", &[3, 1, 1, 1])?, graph.weight("net.b", &[3])?];
    graph.push("conv", Op::Conv { stride: 1, padding: 0, groups: 1 }, inputs)?;
    let stripped = graph.clone().with_names(|name| name.trim_start_matches("net.").into())?;
    assert_eq!(stripped.weights().keys().collect::<Vec<_>>(), ["b", "w"]);
    assert_eq!(stripped.nodes()[0].inputs[1..], ["w", "b"].map(|name| Input::Weight(name.into())));
    assert_eq!((stripped.cost(), stripped.output()), (graph.cost(), graph.output()));
    let error = graph.with_names(|_| "w".into()).expect_err("two of one name").to_string();
    assert!(error.contains("both be named w"), "{error}");
    Ok(())
}
