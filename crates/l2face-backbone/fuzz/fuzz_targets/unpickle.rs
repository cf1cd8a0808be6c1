//! Any bytes as a pickle: values within the limits, or an error.
#![no_main]
use l2face_pickle::{Globals, Kind, Limits, Pickle, Value};

const ALLOWED: Globals<'static> =
    &[("_codecs", "encode"), ("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2"), ("torch", "FloatStorage")];

/// Visits the whole tree, which `expanded` bounds.
fn visit(value: Value<'_>) -> u64 {
    let children = match value.kind() {
        Kind::Tuple(values) | Kind::List(values) => values.iter().map(visit).sum(),
        Kind::Dict(entries) => entries.iter().map(|(key, value)| visit(key) + visit(value)).sum(),
        Kind::Persistent(id) => visit(id),
        Kind::Object(call) => {
            let entries: u64 = call.entries().iter().map(|(key, value)| visit(key) + visit(value)).sum();
            // One more for the name and one for the tuple of arguments.
            2 + call.args().iter().map(visit).sum::<u64>() + call.state().map_or(0, visit) + entries
        }
        _ => 0,
    };
    1 + children
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let limits = Limits { values: 100_000, expanded: 100_000, depth: 64, ..Limits::default() };
    if let Ok(pickle) = Pickle::parse(data.to_vec(), ALLOWED, &limits) {
        assert_eq!(visit(pickle.root()), pickle.root().expanded());
        assert!(pickle.root().expanded() <= limits.expanded && pickle.end() <= data.len());
    }
});
