//! What a pickle may cost.

/// The classes and functions that a pickle may name, as (module, name). They are never looked up: an object of one stays a name with
/// its arguments.
pub type Globals<'a> = &'a [(&'a str, &'a str)];

/// Bounds on what an untrusted pickle may ask for. Memory stays below `bytes` plus some 150 bytes for each of `values`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest input, bytes.
    pub bytes: u64,
    /// Most values that are pushed or remembered while the pickle is read; a value that is fetched from the memo counts again.
    pub values: usize,
    /// How deep values may lie in one another.
    pub depth: u32,
    /// Most values of the whole tree when shared values are counted wherever they stand.
    pub expanded: u64,
}

impl Default for Limits {
    /// 64 MiB, a million values, 256 deep, four million expanded.
    fn default() -> Self {
        Self { bytes: 64 << 20, values: 1 << 20, depth: 256, expanded: 4_000_000 }
    }
}
