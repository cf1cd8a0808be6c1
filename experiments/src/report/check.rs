//! What every writer relies on: rows, seeds and splits are there and every number is one.

use anyhow::{bail, ensure, Context, Result};

use super::row::{Row, Stat};
use super::schema::{Results, SCHEMA};

impl Results {
    /// Checks what the writers rely on.
    ///
    /// # Errors
    /// Another schema, no rows, two rows of one name, a row without seeds or splits, a row whose
    /// operating points are not those of the first, a number that is not finite.
    pub fn check(&self) -> Result<()> {
        ensure!(
            self.schema == SCHEMA,
            "results.json has schema {}, this build reads {SCHEMA}; run the experiment again",
            self.schema
        );
        let first = self
            .rows
            .first()
            .context("the results have no rows: nothing was trained, so there is nothing to report")?;
        ensure!(self.alpha_lower_bound.value.is_finite(), "the lower bound of alpha is not a number");
        for (i, row) in self.rows.iter().enumerate() {
            check_row(row, first).with_context(|| format!("row {:?}", row.name))?;
            ensure!(self.rows[..i].iter().all(|r| r.name != row.name), "two rows are called {:?}", row.name);
        }
        Ok(())
    }
}

fn check_row(row: &Row, first: &Row) -> Result<()> {
    ensure!(!row.per_seed.is_empty(), "no seeds");
    ensure!(row.per_seed.iter().all(|s| !s.splits.is_empty()), "a seed without splits");
    ensure!(points(row) == points(first), "its operating points are not those of row {:?}", first.name);
    let roc = &row.roc;
    ensure!(
        roc.far.len() >= 2 && roc.far.len() == roc.mean.len() && roc.far.len() == roc.std.len(),
        "its ROC is incomplete"
    );
    ensure!(roc.far.iter().all(|f| *f > 0.0), "a false accept rate of its ROC is not positive");
    match numbers(row).iter().position(|v| !v.is_finite()) {
        Some(_) => bail!("one of its numbers is not finite; training has diverged or a count is 0"),
        None => Ok(()),
    }
}

fn points(row: &Row) -> (Vec<f64>, Vec<usize>, Vec<f64>) {
    let tar = row.mean.tar.iter().map(|t| t.far).collect();
    let rank = row.mean.rank.iter().map(|r| r.0).collect();
    let tpir = row.mean.tpir.iter().map(|t| t.0).collect();
    (tar, rank, tpir)
}

fn numbers(row: &Row) -> Vec<f64> {
    let mut all = vec![row.learning_rate];
    all.extend(row.alpha.iter().chain(&row.alpha_final));
    all.extend(row.per_seed.iter().flat_map(|s| [s.final_loss, s.earlier_loss]));
    all.extend(row.loss_curve.iter().flatten());
    for list in [&row.roc.far, &row.roc.mean, &row.roc.std] {
        all.extend(list);
    }
    for third in &row.norm_tar {
        all.extend([third.norm_lo, third.norm_hi, third.tar.unwrap_or(0.0)]);
        all.extend(third.interval.iter().flatten());
    }
    for s in stats(row) {
        all.extend([s.mean, s.std, s.seed_std.unwrap_or(0.0)]);
    }
    for bin in row.norm_quality.iter().flatten() {
        all.extend([bin.quality_lo, bin.quality_hi]);
        all.extend([bin.mean_norm, bin.p25, bin.p75]);
    }
    all
}

fn stats(row: &Row) -> Vec<Stat> {
    let mean = &row.mean;
    let tar = mean.tar.iter().flat_map(|t| [t.conservative, t.interp]);
    let rank = mean.rank.iter().map(|r| r.1);
    let tpir = mean.tpir.iter().map(|t| t.1);
    tar.chain(rank).chain(tpir).collect()
}
