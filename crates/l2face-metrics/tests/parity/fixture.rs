//! Reading the reference values.
use serde_json::Value;

pub fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a fixture is JSON")
}

/// A list of numbers, or of lists of them, laid out in a row.
pub fn floats(v: &Value) -> Vec<f64> {
    match v {
        Value::Array(all) => all.iter().flat_map(floats).collect(),
        other => vec![other.as_f64().unwrap_or_else(|| panic!("{other} is no number"))],
    }
}

/// Every number within 1e-9, relative above 1.
pub fn close(what: &str, got: &[f64], expected: &Value) {
    let expected = floats(expected);
    assert_eq!(got.len(), expected.len(), "{what}");
    for (i, (a, b)) in got.iter().zip(&expected).enumerate() {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.), "{what}: element {i} is {a}, expected {b}");
    }
}
