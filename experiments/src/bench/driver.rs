//! The rounds.
use super::cli::{Args, PYTHON};
use super::results::{Measured, Results, Row, SCHEMA};
use crate::progress::Progress;
use anyhow::{bail, Context, Result};
use std::io::Write;
use std::process::{Command, Stdio};

/// PyTorch's side; it goes to Python through a pipe, so that the program needs no file beside it.
const PEER: &str = include_str!("peer_torch.py");

/// Measures all rows that were asked for, alternating between the two sides.
///
/// # Errors
/// A row that does not exist, a process that fails, a Python that cannot be started.
pub fn run(args: &Args) -> Result<Results> {
    let names = args.rows()?;
    let pytorch = version(args)?;
    if pytorch.is_none() {
        eprintln!(
            "{} has no PyTorch: only this project's side is measured. For the other: \
             python3 -m venv ENV && ENV/bin/pip install torch numpy, then --python ENV/bin/python",
            args.python.display()
        );
    }
    let sides = if pytorch.is_some() { 2 } else { 1 };
    let progress = Progress::new("bench", "processes", names.len() * args.rounds() * sides);
    let (mut rows, mut done) = (Vec::new(), 0);
    for name in names {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..args.rounds() {
            ours.push(measured(worker(args, name)?, None).with_context(|| format!("{name}, our side"))?);
            done += 1;
            progress.set(done, name);
            if pytorch.is_some() {
                theirs.push(peer(args, name)?);
                done += 1;
                progress.set(done, name);
            }
        }
        rows.push(Row::new(name, &ours, &theirs)?);
    }
    progress.finish("");
    Ok(Results { schema: SCHEMA.into(), threads: args.threads, rounds: args.rounds(), pytorch, rows })
}

/// This program again, for one row.
fn worker(args: &Args, name: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("where is this program?")?);
    command.args(["--worker", name]).args(args.quick.then_some("--quick"));
    command.env("RAYON_NUM_THREADS", args.threads.to_string());
    Ok(command)
}

fn python(args: &Args) -> Command {
    let mut command = Command::new(&args.python);
    command.arg("-");
    command
}

fn peer(args: &Args, name: &str) -> Result<Measured> {
    let mut command = python(args);
    command.args([name, &args.threads.to_string(), &args.seconds().to_string()]);
    measured(command, Some(PEER)).with_context(|| format!("{name}, PyTorch's side"))
}

/// PyTorch's version, if this Python has it. No Python at all is no PyTorch, unless one was named.
fn version(args: &Args) -> Result<Option<String>> {
    let script = "import importlib.util as u\nprint(__import__('torch').__version__ if u.find_spec('torch') else '')\n";
    match output(python(args), Some(script)) {
        Ok(text) => Ok(Some(text.trim().to_string()).filter(|version| !version.is_empty())),
        Err(_) if args.python.as_os_str() == PYTHON => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{}: give a Python with --python", args.python.display())),
    }
}

/// The line of JSON that a process ends with.
fn measured(command: Command, script: Option<&str>) -> Result<Measured> {
    let output = output(command, script)?;
    let line = output.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| format!("expected a line of JSON, got `{line}`"))
}

fn output(mut command: Command, script: Option<&str>) -> Result<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot be started")?;
    if let (Some(script), Some(mut stdin)) = (script, child.stdin.take()) {
        stdin.write_all(script.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("ended with {}; its own message stands above", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
