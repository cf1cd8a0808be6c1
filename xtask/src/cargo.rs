//! Running cargo and other programs from the workspace.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{bail, Context, Result};
use serde_json::Value;

/// The workspace's root: the folder above this crate.
pub fn root() -> PathBuf {
    let own =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or(own.clone(), Path::to_path_buf)
}

/// `cargo SUBCOMMAND` on this workspace, in the user's own folder, so that relative paths mean what the user typed.
pub fn cargo(subcommand: &str) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.arg(subcommand).arg("--manifest-path").arg(root().join("Cargo.toml"));
    command
}

/// The exit code of a command that shares our streams.
pub fn status(command: &mut Command) -> Result<u8> {
    let status = command.status().with_context(|| format!("could not start {command:?}"))?;
    let code = status.code().unwrap_or(101); // killed by a signal
    Ok(u8::try_from(code).unwrap_or(101))
}

/// Runs a command that shares our streams; anything but success is an error.
pub fn check(command: &mut Command) -> Result<()> {
    match status(command)? {
        0 => Ok(()),
        code => bail!("exit code {code}"),
    }
}

/// Standard output of a command; its standard error stays ours.
pub fn output(command: &mut Command) -> Result<String> {
    let out = command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start {command:?}"))?;
    if !out.status.success() {
        bail!("{command:?} failed");
    }
    String::from_utf8(out.stdout).context("output is not UTF-8")
}

/// Becomes the command where the system allows it, so that a signal sent to us reaches the program itself.
#[cfg(unix)]
pub fn become_command(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("could not start {command:?}"))
}

/// Runs the command and passes its exit code through.
#[cfg(not(unix))]
pub fn become_command(command: &mut Command) -> Result<ExitCode> {
    status(command).map(ExitCode::from)
}

/// `cargo metadata` of the workspace's own crates: reads manifests only, downloads nothing.
pub fn metadata() -> Result<Value> {
    let text = output(cargo("metadata").args(["--format-version", "1", "--no-deps"]))?;
    serde_json::from_str(&text).context("cargo metadata did not print JSON")
}

/// Where cargo puts what it builds.
pub fn target_dir() -> Result<PathBuf> {
    let metadata = metadata()?;
    let dir = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
    Ok(PathBuf::from(dir))
}
