//! `cargo xtask evaluate`: any embedder on any protocol. Everything else is in the library.

use clap::Parser;
use l2face_experiments::evaluate::{self, cli::Args};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    let answer = evaluate::run(&args).and_then(|results| text(&args, &results));
    if answer.is_ok() {
        eprintln!("report: {}", args.out.join("report.html").display());
    }
    l2face_experiments::finish(answer)
}

fn text(args: &Args, results: &evaluate::Results) -> anyhow::Result<String> {
    Ok(match args.json {
        true => serde_json::to_string_pretty(results)? + "\n",
        false => evaluate::markdown(results),
    })
}
