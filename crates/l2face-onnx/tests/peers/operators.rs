//! Every operator in every form that is read, alone or with a few others: onnxruntime's numbers. Every form that is not: one error that
//! names the node. What is read is written again, and onnxruntime has the same numbers for that. `operator_cases.py` has the table.
use crate::peer::{absent, error, read, script};
use candle_core::{Device, Result, Tensor};
use candle_nn::ModuleT;
use l2face_onnx::Model;
use std::collections::BTreeSet;
use std::path::Path;

/// Images of each network.
const IMAGES: usize = 2;
/// Largest difference over the largest number.
const TOLERANCE: f64 = 1e-5;

/// A line of `operators.py`.
struct Case<'a> {
    name: &'a str,
    operators: &'a str,
    /// The node under test.
    node: &'a str,
    /// What its refusal says; nothing where it is read.
    refusal: &'a str,
}

fn cases(lines: &str) -> Vec<Case<'_>> {
    let case = |line| match str::split(line, '\t').collect::<Vec<_>>()[..] {
        [name, operators, node, refusal] => Case { name, operators, node, refusal },
        _ => panic!("not a case: {line}"),
    };
    lines.lines().map(case).collect()
}

/// The difference from onnxruntime.
fn difference(model: &Model, at: &dyn Fn(&str) -> std::path::PathBuf) -> Result<f64> {
    let [c, h, w] = model.graph.image();
    let x = Tensor::from_vec(read(&at("x")), (IMAGES, c, h, w), &Device::Cpu)?;
    let y: Vec<f32> = model.net(&Device::Cpu)?.forward_t(&x, false)?.flatten_all()?.to_vec1()?;
    std::fs::write(at("again.onnx"), model.encode()?)?;
    let want = read(&at("y"));
    Ok(if y == want { 0. } else { error(&y, &want) })
}

/// What is wrong with a case.
fn fault(case: &Case<'_>, folder: &Path) -> Option<String> {
    let at = |end: &str| folder.join(format!("{}.{end}", case.name));
    match (Model::open(&at("onnx")), case.refusal) {
        (Ok(model), "") => match difference(&model, &at) {
            Ok(error) if error < TOLERANCE => None,
            Ok(error) => Some(format!("differs by {error:.1e}")),
            Err(error) => Some(format!("does not run: {error}")),
        },
        (Ok(_), _) => Some("must be refused".into()),
        (Err(error), "") => Some(format!("must be read: {error}")),
        (Err(error), words) => {
            let (error, node) = (error.to_string(), format!("node {}", case.node));
            (!error.contains(&node) || !error.contains(words)).then(|| format!("{node}, {words}: not in: {error}"))
        }
    }
}

/// The operators that the reader says it knows.
fn known(folder: &Path) -> BTreeSet<String> {
    let error = Model::open(&folder.join("refused Softmax.onnx")).expect_err("it is not known").to_string();
    let (_, list) = error.split_once("known are ").expect("a list");
    list.lines().next().unwrap_or_default().split(", ").map(str::to_string).collect()
}

#[test]
#[ignore = "needs onnxruntime, 10 seconds: cargo xtask peers"]
fn every_operator_agrees_or_is_refused() {
    if absent() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let lines = script("operators.py", &[&folder.path()]);
    let cases = cases(&lines);
    let faults: Vec<String> = cases
        .iter()
        .filter_map(|case| fault(case, folder.path()).map(|fault| format!("{}: {fault}", case.name)))
        .collect();
    let read = cases.iter().filter(|case| case.refusal.is_empty());
    println!(
        "{} small networks as onnxruntime has them, {} refused",
        read.clone().count(),
        cases.len() - read.clone().count()
    );
    assert!(faults.is_empty(), "{} of {} are wrong:\n{}", faults.len(), cases.len(), faults.join("\n"));
    let again = script("operators.py", &[&folder.path(), &"again"]);
    assert!(again.is_empty(), "as we wrote them, onnxruntime has other numbers:\n{again}");
    let tried: BTreeSet<String> = read.flat_map(|case| case.operators.split(',')).map(str::to_string).collect();
    assert_eq!(tried, known(folder.path()), "every operator that is known, and no other");
}
