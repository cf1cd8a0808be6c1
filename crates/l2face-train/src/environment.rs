//! What a run was made with.

use serde::{Deserialize, Serialize};

/// The machine and the build, as stored in `environment.json`.
///
/// What this crate cannot know without reading the environment or choosing a device is given by the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Version of this crate.
    pub version: String,
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Processors this process may use; 0 if unknown.
    pub cpus: usize,
    /// Threads of the pool that computes.
    pub threads: usize,
    /// Cargo features of the program.
    pub features: Vec<String>,
    /// Git revision of the source, if known.
    pub git: Option<String>,
    /// The device, in words.
    pub device: String,
}

impl Environment {
    /// This machine; `threads`, `features`, `git` and `device` are the program's to say.
    pub fn here(threads: usize, features: &[&str], git: Option<&str>, device: &str) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            os: std::env::consts::OS.into(),
            arch: std::env::consts::ARCH.into(),
            cpus: std::thread::available_parallelism().map_or(0, usize::from),
            threads,
            features: features.iter().map(ToString::to_string).collect(),
            git: git.map(str::to_string),
            device: device.into(),
        }
    }
}
