//! `cargo xtask model`: build the program that looks into networks' files, then become it; every argument is its own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

/// The binary, in the package of the experiments but not one of them.
pub const NAME: &str = "model";

/// Runs it.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    super::reproduce::start(NAME, features(&args), args)
}

/// What downloads is built only for who asks for it.
fn features(args: &[OsString]) -> &'static str {
    match args.iter().any(|arg| arg.to_string_lossy().starts_with("hf:")) {
        true => "hub",
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> &'static str {
        features(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn a_place_on_the_hub_switches_the_download_on() {
        assert_eq!(of("inspect hf:owner/name --json"), "hub");
        assert_eq!(of("convert --force hf:owner/name/a.pth@main out.onnx"), "hub");
        for line in ["inspect a.onnx", "inspect ./hf:a.onnx", "convert folder/hf: b.onnx", "--help"] {
            assert_eq!(of(line), "", "{line}");
        }
    }
}
