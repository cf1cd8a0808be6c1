//! `cargo xtask check-cuda`: type-checks the workspace with the feature `cuda` on a machine without a GPU.
//!
//! candle's CUDA kernels are compiled by `nvcc` in a build script. NVIDIA publishes the compiler on PyPI; it goes into a folder under
//! cargo's target folder, and nothing is installed in the system. Nothing is linked and nothing runs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{ensure, Context, Result};

use crate::cargo;

/// The parts of the toolkit that compiling takes.
const WHEELS: [&str; 5] = [
    "nvidia-cuda-nvcc==13.2.*",
    "nvidia-nvvm==13.2.*",
    "nvidia-cuda-crt==13.2.*",
    "nvidia-cuda-runtime==13.2.*",
    "nvidia-cuda-cccl==13.2.*",
];
/// What the kernels are compiled for: A100, and everything newer runs it.
const COMPUTE_CAPABILITY: &str = "80";

/// Fetches the compiler once, then runs `cargo check`.
pub fn run() -> Result<()> {
    let target = cargo::target_dir()?;
    let toolkit = toolkit(&target.join("cuda-toolkit"))?;
    println!("check-cuda: nvcc in {}", toolkit.display());
    let mut command = cargo::cargo("check");
    command.args(["--workspace", "--all-targets", "--features", "cuda", "--target-dir"]).arg(target.join("check-cuda"));
    for name in ["CUDA_HOME", "CUDA_PATH", "CUDA_ROOT"] {
        command.env(name, &toolkit);
    }
    command.env("PATH", path_with(&toolkit.join("bin"))?).env("CUDA_COMPUTE_CAP", COMPUTE_CAPABILITY);
    cargo::check(&mut command).context("the workspace does not check with the feature cuda")?;
    println!("check-cuda: the workspace checks with the feature cuda (not linked, not run)");
    Ok(())
}

/// The folder with `bin/nvcc`, made if it is not there.
fn toolkit(venv: &Path) -> Result<PathBuf> {
    if let Some(found) = find(venv) {
        return Ok(found);
    }
    let help = "check-cuda needs python3 with venv and a way to PyPI, once";
    cargo::check(Command::new("python3").args(["-m", "venv"]).arg(venv)).context(help)?;
    cargo::check(Command::new(venv.join("bin/pip")).args(["install", "--quiet"]).args(WHEELS)).context(help)?;
    find(venv).with_context(|| {
        format!("the wheels left no nvidia/cu13/bin/nvcc in {}: remove it and try again", venv.display())
    })
}

fn find(venv: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(venv.join("lib")).ok()?.flatten();
    let mut homes = versions.map(|python| python.path().join("site-packages/nvidia/cu13"));
    homes.find(|home| home.join("bin/nvcc").is_file())
}

fn path_with(first: &Path) -> Result<OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(first.to_path_buf()).chain(std::env::split_paths(&rest));
    let joined = std::env::join_paths(all)?;
    ensure!(!joined.is_empty(), "PATH is empty");
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_is_found_below_any_python() {
        let venv = std::env::temp_dir().join(format!("l2face-check-cuda-{}", std::process::id()));
        let home = venv.join("lib/python3.99/site-packages/nvidia/cu13");
        assert_eq!(find(&venv), None);
        std::fs::create_dir_all(home.join("bin")).unwrap();
        assert_eq!(find(&venv), None, "a folder without the program");
        std::fs::write(home.join("bin/nvcc"), "").unwrap();
        assert_eq!(find(&venv), Some(home));
        std::fs::remove_dir_all(venv).unwrap();
    }

    #[test]
    fn its_folder_comes_first() {
        let path = path_with(Path::new("first")).unwrap();
        assert_eq!(std::env::split_paths(&path).next(), Some(PathBuf::from("first")));
    }
}
