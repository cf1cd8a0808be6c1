//! `cargo xtask reproduce ijba`: parse, run, show. Everything else is in the library.

use anyhow::Result;
use clap::Parser;
use l2face_experiments::ijba::{cli::Args, run, tune};
use l2face_experiments::{device, report};
use std::process::ExitCode;

/// glibc hands every large buffer back to the kernel after each operation; page faults then cost up to a third of a step.
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
    let config = args.config()?;
    if args.common.show_config {
        print!("{}", toml::to_string(&config)?);
        return Ok(());
    }
    let device = device::choose(&config.device)?;
    if args.tune {
        let cells = tune::tune(&config, &device, &args.out(&config)?)?;
        match args.common.json {
            true => print!("{}", tune::json(&cells)?),
            false => print!("{}", tune::table(&cells)),
        }
        return Ok(());
    }
    let out = args.out(&config)?;
    let results = run::run(&config, &device, &out, &args.command())?;
    report::write_all(&results, &out)?;
    match args.common.json {
        true => print!("{}", report::json(&results)?),
        false => print!("{}", report::table(&results)),
    }
    eprintln!("report: {}", out.join("report.html").display());
    Ok(())
}
