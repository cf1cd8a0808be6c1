//! The project's runner: parses one command, builds what it needs, runs it.
//!
//! It knows cargo, files and JSON; it depends on no crate of this workspace and on no tensor library, so that it
//! builds in seconds. One file per command under `commands/`, the rules of the tree under `tidy/`.

mod cargo;
mod commands;
mod tidy;

use std::ffi::OsString;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  reproduce EXPERIMENT [ARGS]  build and run an experiment; `--help` after its name lists its own options
                               --features LIST before the name adds cargo features (cudnn, mkl, accelerate)
  bench [ARGS]                 time training steps against PyTorch's; `--help` lists its options;
                               bench --kernels [FILTER]: single kernels, by criterion
  evaluate SET ARGS            any embedder on LFW, YouTube Faces, IJB-A, -B, -C or a .bin: accuracy, TAR at FAR, intervals
  calibrate ARGS               the threshold for a false accept rate, from an evaluation's scores, with its interval
  verify A.jpg B.jpg ARGS      are two photographs of one person?
  bin unpack FILE DIR          InsightFace's verification .bin as images and pairs.csv; bin pack DIR FILE: the reverse
  package RUN OUT --license SPDX   a model folder from a run: weights, card, results, and embeddings by which the weights can be checked
  publish FOLDER OWNER/NAME [ARGS]   that folder to the Hugging Face Hub; --dry-run shows what would be sent
  model inspect|convert|check ARGS   layers, shapes, parameters and multiply-adds of a network's file; the same network in another format;
                               hf:OWNER/NAME[/FILE][@REVISION] in place of a path downloads it (a longer build, once)
  test [ARGS]                  every test of the workspace, in release; ARGS go to `cargo test`
  ci                           all that a change has to pass, one step after the other
  tidy                         the rules of docs/architecture.md that a compiler does not check
  check-cuda                   type-check with the feature `cuda` on a machine without a GPU; nvcc comes from PyPI
  asan                         the kernels' tests under AddressSanitizer; needs a nightly toolchain
  peers [--torch PYTHON] [--seed N]
                               ONNX files against onnx's checker and onnxruntime, cards against huggingface_hub, rates against scikit-learn,
                               bob.measure and numpy on fresh scores (all from PyPI), and a network from npm; model folders against PyTorch,
                               where a Python that has it is named
  package-check                what `cargo package` would ship, crate by crate

Start here: cargo xtask reproduce ijba --quick";

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let command = args.next();
    match dispatch(command.as_ref().and_then(|c| c.to_str()), args.collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Option<&str>, args: Vec<OsString>) -> anyhow::Result<ExitCode> {
    match command {
        Some("reproduce") => commands::reproduce::run(args),
        Some("bench") => commands::bench::run(args),
        Some(name) if commands::programs::NAMES.contains(&name) => commands::programs::run(name, args),
        Some("test") => commands::test::run(args),
        Some("ci") => no_arguments(args).and_then(|()| commands::ci::run()),
        Some("tidy") => no_arguments(args).and_then(|()| commands::tidy::run()),
        Some("check-cuda") => no_arguments(args).and_then(|()| commands::check_cuda::run()).map(|()| ExitCode::SUCCESS),
        Some("asan") => no_arguments(args).and_then(|()| commands::asan::run()).map(|()| ExitCode::SUCCESS),
        Some("peers") => commands::peers::run(args).map(|()| ExitCode::SUCCESS),
        Some("package-check") => no_arguments(args).and_then(|()| commands::package_check::run()),
        Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => anyhow::bail!("there is no command `{other}`\n\n{HELP}"),
        None => anyhow::bail!("which command?\n\n{HELP}"),
    }
}

fn no_arguments(args: Vec<OsString>) -> anyhow::Result<()> {
    match args.first() {
        None => Ok(()),
        Some(extra) => anyhow::bail!("this command takes no arguments, got {}", extra.to_string_lossy()),
    }
}
