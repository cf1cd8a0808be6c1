//! `cargo xtask reproduce`: build an experiment for the device it asks for, then become it.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{bail, ensure, Context, Result};
use lexopt::prelude::*;

use crate::cargo;

const PACKAGE: &str = "l2face-experiments";

/// Runs one experiment; everything after its name is the experiment's own.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let request = Request::parse(args)?;
    let known = experiments(&cargo::metadata()?);
    let list = known.join(", ");
    let Some(name) = &request.experiment else {
        bail!("reproduce what? Available: {list}");
    };
    ensure!(known.contains(name), "there is no experiment `{name}`. Available: {list}");
    let device = device_feature(&request.args)?;
    if let Some(feature) = device {
        can_build(feature)?;
    }
    let hub = super::programs::hub_feature(&request.args);
    let features = features(device.into_iter().chain(hub), request.features);
    start(name, &features, request.args)
}

/// Builds a binary of the experiments package, then becomes it.
pub(super) fn start(name: &str, features: &str, args: Vec<OsString>) -> Result<ExitCode> {
    build(name, features)?;
    let mut command = cargo_for("run", name, features);
    tune_memory_and_threads(&mut command);
    cargo::become_command(command.arg("--quiet").arg("--").args(args))
}

const SETTINGS: [(&str, &str); 3] =
    [("CANDLE_NUM_THREADS", "1"), ("MIMALLOC_PURGE_DELAY", "-1"), ("MIMALLOC_ALLOW_THP", "0")];

/// Settings of other people's code that make a step a fifth faster and change no result, unless the user has set them:
/// candle's element-wise operations spin on a thread pool of their own beside rayon's, and freed pages go back to the
/// kernel between two steps, which then hands them out again zeroed. Pages of 2 MB round every small buffer up to one.
pub(super) fn tune_memory_and_threads(command: &mut Command) {
    for (name, value) in SETTINGS {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
}

/// What the user typed after `reproduce`.
#[derive(Debug, Default, PartialEq)]
struct Request {
    features: Option<String>,
    experiment: Option<String>,
    args: Vec<OsString>,
}

impl Request {
    fn parse(args: Vec<OsString>) -> Result<Self> {
        let mut request = Self::default();
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(arg) = parser.next()? {
            match arg {
                Long("features") => request.features = Some(parser.value()?.string()?),
                Value(name) => {
                    request.experiment = Some(name.string()?);
                    request.args = parser.raw_args()?.collect();
                    break;
                }
                // Without a name there is nothing to forward `--help` to; the error lists the names.
                Short('h') | Long("help") => break,
                other => return Err(other.unexpected()).context("before the experiment's name"),
            }
        }
        Ok(request)
    }
}

/// The experiments there are: the binaries of the experiments package but the benchmark and those that have a command of their own.
fn experiments(metadata: &serde_json::Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.filter(|p| p["name"] == PACKAGE).flat_map(|p| p["targets"].as_array().into_iter().flatten());
    let mut names: Vec<String> =
        targets.filter(|t| t["kind"][0] == "bin").filter_map(|t| t["name"].as_str().map(str::to_owned)).collect();
    names.retain(|name| name != super::bench::NAME && !super::programs::NAMES.contains(&name.as_str()));
    names.sort();
    names
}

/// The cargo feature behind `--device`; the last one given counts, as in the experiment itself.
pub(super) fn device_feature(args: &[OsString]) -> Result<Option<&'static str>> {
    let mut device = None;
    let mut words = args.iter().map(|a| a.to_string_lossy());
    while let Some(word) = words.next() {
        match word.as_ref() {
            "--" => break,
            "--device" => device = words.next().map(|w| w.into_owned()),
            other => {
                if let Some(value) = other.strip_prefix("--device=") {
                    device = Some(value.to_owned());
                }
            }
        }
    }
    device.map_or(Ok(None), |name| feature_of(&name))
}

fn feature_of(device: &str) -> Result<Option<&'static str>> {
    let is_number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    match device.split_once(':') {
        None if device == "cpu" => Ok(None),
        None if device == "cuda" => Ok(Some("cuda")),
        None if device == "metal" => Ok(Some("metal")),
        Some(("cuda", number)) if is_number(number) => Ok(Some("cuda")),
        _ => bail!("there is no device `{device}`; use cpu, cuda, cuda:N or metal"),
    }
}

/// The features that the arguments need and those asked for by hand, as cargo wants them.
fn features(needed: impl IntoIterator<Item = &'static str>, by_hand: Option<String>) -> String {
    let needed = needed.into_iter().map(str::to_owned);
    needed.chain(by_hand).collect::<Vec<_>>().join(",")
}

/// Says before a long build that it cannot succeed.
pub(super) fn can_build(feature: &str) -> Result<()> {
    match feature {
        "cuda" => ensure!(
            has_nvcc(),
            "--device cuda needs the CUDA toolkit to build, and `nvcc` is neither on PATH nor under CUDA_HOME, \
             CUDA_PATH or CUDA_ROOT; install it and put its bin folder on PATH, or leave --device out to run on the CPU"
        ),
        "metal" => ensure!(
            cfg!(target_vendor = "apple"),
            "--device metal builds on Apple systems only; leave --device out to run on the CPU"
        ),
        _ => {}
    }
    Ok(())
}

fn has_nvcc() -> bool {
    let homes = ["CUDA_HOME", "CUDA_PATH", "CUDA_ROOT", "CUDA_TOOLKIT_ROOT_DIR"];
    let under_home = homes.iter().filter_map(std::env::var_os).map(|home| Path::new(&home).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&path).collect();
    let program = format!("nvcc{}", std::env::consts::EXE_SUFFIX);
    under_home.chain(on_path).any(|bin| bin.join(&program).is_file())
}

fn build(experiment: &str, features: &str) -> Result<()> {
    let what = match features {
        "" => experiment.to_owned(),
        some => format!("{experiment} with the features {some}"),
    };
    cargo::check(&mut cargo_for("build", experiment, features))
        .with_context(|| format!("building {what} failed; cargo's own messages stand above"))
}

fn cargo_for(subcommand: &str, experiment: &str, features: &str) -> std::process::Command {
    let mut command = cargo::cargo(subcommand);
    command.args(["--release", "--package", PACKAGE, "--bin", experiment]);
    if !features.is_empty() {
        command.args(["--features", features]);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn the_device_chooses_the_feature() {
        let feature = |line: &str| device_feature(&words(line)).unwrap();
        assert_eq!(feature("--quick"), None);
        assert_eq!(feature("--device cpu --quick"), None);
        assert_eq!(feature("--quick --device cuda"), Some("cuda"));
        assert_eq!(feature("--device=cuda:1"), Some("cuda"));
        assert_eq!(feature("--device metal"), Some("metal"));
        assert_eq!(feature("--device metal --device cpu"), None);
    }

    #[test]
    fn a_device_that_does_not_exist_is_named() {
        for device in ["tpu", "cuda:", "cuda:x", "metal:0", ""] {
            let error = device_feature(&[format!("--device={device}").into()]).unwrap_err();
            assert!(error.to_string().contains(&format!("`{device}`")), "{error}");
        }
    }

    #[test]
    fn what_follows_the_name_is_untouched() {
        let request = Request::parse(words("--features cudnn ijba --help --device cuda:0")).unwrap();
        assert_eq!(request.features.as_deref(), Some("cudnn"));
        assert_eq!(request.experiment.as_deref(), Some("ijba"));
        assert_eq!(request.args, words("--help --device cuda:0"));
    }

    #[test]
    fn an_option_before_the_name_is_refused() {
        assert!(Request::parse(words("--quick ijba")).is_err());
        assert_eq!(Request::parse(words("--help")).unwrap().experiment, None);
    }

    #[test]
    fn features_are_joined() {
        assert_eq!(features(None, None), "");
        assert_eq!(features(Some("cuda"), Some("cudnn".into())), "cuda,cudnn");
        assert_eq!(features(["cuda", "hub"], None), "cuda,hub");
        assert_eq!(features(None, Some("mkl".into())), "mkl");
    }

    #[test]
    fn experiments_are_the_binaries_of_one_package() {
        let metadata = serde_json::json!({"packages": [
            {"name": PACKAGE, "targets": [
                {"kind": ["lib"], "name": "l2face_experiments"},
                {"kind": ["bin"], "name": "lfw"}, {"kind": ["bin"], "name": "ijba"}, {"kind": ["bin"], "name": "bench"},
                {"kind": ["bin"], "name": "model"}]},
            {"name": "xtask", "targets": [{"kind": ["bin"], "name": "xtask"}]}]});
        assert_eq!(experiments(&metadata), ["ijba", "lfw"]);
    }
}
