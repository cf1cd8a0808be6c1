//! Which network of a run.
use super::cli::Args;
use crate::row_name::has_tpe;
use crate::study::config::Config;
use anyhow::{bail, Result};

/// The row that was asked for, or the only network.
pub(super) fn row(args: &Args, run: &Config) -> Result<String> {
    let networks: Vec<&String> = run.rows.iter().filter(|row| !has_tpe(row)).collect();
    let names = || networks.iter().map(|row| row.as_str()).collect::<Vec<_>>().join(", ");
    match (&args.row, &networks[..]) {
        (Some(row), _) if has_tpe(row) => {
            bail!("--row {row}: TPE is trained anew on every split and is no part of a model; package the network, --row {}", row.trim_end_matches("+tpe"))
        }
        (Some(row), all) => match all.iter().find(|known| **known == row) {
            Some(row) => Ok((*row).clone()),
            None => bail!("--row {row}: the run has {}", names()),
        },
        (None, [only]) => Ok((*only).clone()),
        (None, _) => bail!("the run has several networks, name one: --row {}", names()),
    }
}

/// The seed that was asked for, or the only one.
pub(super) fn seed(args: &Args, run: &Config) -> Result<u64> {
    match (args.seed, &run.seeds[..]) {
        (Some(seed), all) if all.contains(&seed) => Ok(seed),
        (None, [only]) => Ok(*only),
        (Some(seed), all) => bail!("--seed {seed}: the run has {all:?}"),
        (None, all) => bail!("the run has several seeds, name one of {all:?}: --seed {}", all.first().unwrap_or(&1)),
    }
}
