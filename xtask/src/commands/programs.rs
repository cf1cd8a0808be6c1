//! `cargo xtask model`, `package`, `publish`, `evaluate`, `calibrate`, `verify` and `bin`: build the program of that name, then become it; every argument is its own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use super::reproduce;

/// The binaries, in the package of the experiments but not experiments.
pub const NAMES: [&str; 7] = ["model", "package", PUBLISH, "evaluate", "calibrate", "verify", "bin"];

/// The one that always talks to the Hub.
const PUBLISH: &str = "publish";

/// Runs one of them.
pub fn run(name: &str, args: Vec<OsString>) -> Result<ExitCode> {
    reproduce::start(name, &features(name, &args)?, args)
}

/// What downloads is built only for who asks for it, and what computes on another device likewise.
fn features(name: &str, args: &[OsString]) -> Result<String> {
    let hub = if name == PUBLISH { Some("hub") } else { hub_feature(args) };
    let device = reproduce::device_feature(args)?;
    if let Some(feature) = device {
        reproduce::can_build(feature)?;
    }
    Ok(hub.into_iter().chain(device).collect::<Vec<_>>().join(","))
}

/// The feature behind a place on the Hub, in a word of its own or after `=`.
pub(super) fn hub_feature(args: &[OsString]) -> Option<&'static str> {
    let place = |arg: &OsString| {
        let word = arg.to_string_lossy();
        word.starts_with("hf:") || (word.starts_with("--") && word.contains("=hf:"))
    };
    args.iter().any(place).then_some("hub")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        features("model", &line.split(' ').map(OsString::from).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_place_on_the_hub_switches_the_download_on() {
        assert_eq!(features(PUBLISH, &["--help".into()]).unwrap(), "hub");
        assert_eq!(of("inspect hf:owner/name --json"), "hub");
        assert_eq!(of("convert --force hf:owner/name/a.pth@main out.onnx"), "hub");
        assert_eq!(of("lfw --model hf:owner/name --device cpu"), "hub");
        assert_eq!(of("lfw --model=hf:owner/name"), "hub");
        for line in ["inspect a.onnx", "inspect ./hf:a.onnx", "convert folder/hf: b.onnx", "--help"] {
            assert_eq!(of(line), "", "{line}");
        }
    }
}
