//! `cargo xtask bench`: measure, write, show. Everything else is in the library.

use anyhow::{Context, Result};
use clap::Parser;
use l2face_experiments::bench::{self, cli::Args};
use l2face_experiments::files;
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match execute(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", l2face_experiments::message(&error));
            ExitCode::FAILURE
        }
    }
}

fn execute(args: &Args) -> Result<()> {
    if let Some(row) = &args.worker {
        println!("{}", serde_json::to_string(&bench::measure(row, args.seconds())?)?);
        return Ok(());
    }
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let results = bench::run(args)?;
    let json = serde_json::to_string_pretty(&results)? + "\n";
    files::write(&args.out.join("report.md"), bench::markdown(&results).as_bytes())?;
    files::write(&args.out.join("report.html"), bench::html(&results).as_bytes())?;
    files::write(&args.out.join("results.json"), json.as_bytes())?;
    match args.json {
        true => print!("{json}"),
        false => print!("{}", bench::table(&results)),
    }
    eprintln!("report: {}", args.out.join("report.html").display());
    Ok(())
}
