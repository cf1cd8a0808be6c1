//! People who are colours, and an embedder that is the mean colour less a grey.
use candle_core::{Device, Tensor};
use clap::Parser;
use l2face_experiments::evaluate::{cli::Args, run, Results};
use l2face_graph::{Binary, Graph, Op, Value};
use l2face_image::Rgb8;
use l2face_onnx::Model;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Side of a crop.
pub const SIDE: usize = 16;
/// How many people there are.
pub const PEOPLE: usize = 6;

/// A photograph of a person: its colour, and a little of the number's.
pub fn photo(side: usize, person: usize, number: usize) -> Rgb8 {
    let channel = |c: usize| (((person * 83 + c * 57) * (c + 1)) % 200 + 28 + number) as u8;
    Rgb8::from_fn(side, side, |x, y| [0, 1, 2].map(|c| channel(c).wrapping_add(((x + y) % 3) as u8)))
}

/// The mean colour less a grey, as ONNX.
pub fn embedder(folder: &Path) -> PathBuf {
    embedder_less(folder, 0.1)
}

/// The same with a grey of one's own.
pub fn embedder_less(folder: &Path, grey_value: f32) -> PathBuf {
    let mut graph = Graph::new([3, SIDE, SIDE]);
    let mean = graph.push("mean", Op::GlobalMean, vec![Value::IMAGE.into()]).expect("a node");
    let flat = graph.push("flat", Op::Reshape(vec![3]), vec![mean.into()]).expect("a node");
    let grey = graph.weight("grey", &[3]).expect("a weight");
    graph.push("colour", Op::Binary(Binary::Sub), vec![flat.into(), grey]).expect("a node");
    let weights = HashMap::from([("grey".to_string(), Tensor::full(grey_value, 3, &Device::Cpu).expect("a tensor"))]);
    let path = folder.join("colour.onnx");
    let model = Model { graph, weights, metadata: Default::default() };
    fs::write(&path, model.encode().expect("bytes")).expect("a file");
    path
}

/// `cargo xtask evaluate` with these words; its message where it fails.
pub fn evaluate(words: &[&str]) -> Result<Results, String> {
    let args =
        Args::try_parse_from(std::iter::once("evaluate").chain(words.iter().copied())).map_err(|e| e.to_string())?;
    run(&args).map_err(|e| l2face_experiments::message(&e))
}

/// A path as a word.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
