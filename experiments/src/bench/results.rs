//! `results.json` of the benchmark.
use super::work::{known, Goal};
use anyhow::Result;
use serde::{Deserialize, Serialize};

/// The version of the format; it changes when a field's meaning does.
pub const SCHEMA: &str = "l2face-bench/1";

/// One process's figures for one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// CPU seconds of all threads; absent where the system does not tell.
    pub cpu_s: Option<f64>,
    /// Seconds.
    pub wall_s: f64,
    /// Highest resident memory of the process, MB (10^6 bytes).
    pub peak_mb: Option<f64>,
    /// Resident memory before the first step: program, inputs, weights.
    pub base_mb: Option<f64>,
}

/// One row. Ratios are PyTorch's figure over ours, except memory, which is ours over PyTorch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The row's name.
    pub name: String,
    /// What one step is.
    pub what: String,
    /// CPU seconds; above 1 we are faster.
    pub ratio: Option<f64>,
    /// Seconds; above 1 we are faster.
    pub wall_ratio: Option<f64>,
    /// Peak memory; below 1 we take less.
    pub memory_ratio: Option<f64>,
    /// Our peak beyond what stood before the first step and the gradient of W, MB.
    pub extra_mb: Option<f64>,
    /// What was to be reached.
    pub goal: Goal,
    /// Whether it was; absent where there is nothing to compare with.
    pub reached: Option<bool>,
    /// Medians of our processes.
    pub ours: Measured,
    /// Medians of PyTorch's.
    pub pytorch: Option<Measured>,
}

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`SCHEMA`].
    pub schema: String,
    /// Threads on both sides.
    pub threads: usize,
    /// Processes per row and side.
    pub rounds: usize,
    /// PyTorch's version; absent when it was not found.
    pub pytorch: Option<String>,
    /// The table.
    pub rows: Vec<Row>,
}

impl Row {
    /// From the measurements of all rounds; the median of each figure.
    ///
    /// # Errors
    /// A row that does not exist.
    pub fn new(name: &str, ours: &[Measured], pytorch: &[Measured]) -> Result<Self> {
        let work = known(name)?;
        let (us, them) = (medians(ours), (!pytorch.is_empty()).then(|| medians(pytorch)));
        let over = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a / b);
        let ratio = over(them.and_then(|t| t.cpu_s), us.cpu_s);
        let memory_ratio = over(us.peak_mb, them.and_then(|t| t.peak_mb));
        let extra = us.peak_mb.zip(us.base_mb).map(|(peak, base)| peak - base - work.gradient as f64 / 1e6);
        let within = |most: Option<f64>, is: Option<f64>| most.is_none_or(|most| is.is_some_and(|is| is <= most));
        let goal = work.goal;
        let memory = within(goal.memory_ratio, memory_ratio) && within(goal.extra_mb, extra);
        Ok(Self {
            name: name.into(),
            what: work.what.into(),
            ratio,
            wall_ratio: them.map(|t| t.wall_s / us.wall_s),
            memory_ratio,
            extra_mb: extra,
            goal,
            reached: ratio.map(|ratio| ratio >= goal.ratio && memory),
            ours: us,
            pytorch: them,
        })
    }
}

fn medians(all: &[Measured]) -> Measured {
    let of = |get: &dyn Fn(&Measured) -> Option<f64>| all.iter().map(get).collect::<Option<Vec<_>>>().and_then(median);
    Measured {
        cpu_s: of(&|m| m.cpu_s),
        wall_s: of(&|m| Some(m.wall_s)).unwrap_or(f64::NAN),
        peak_mb: of(&|m| m.peak_mb),
        base_mb: of(&|m| m.base_mb),
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)?;
    Some((values[middle / 2] + values[middle.div_ceil(2)]) / 2.)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(cpu_s: f64, wall_s: f64, peak: f64) -> Measured {
        Measured { cpu_s: Some(cpu_s), wall_s, peak_mb: Some(peak), base_mb: Some(100.) }
    }

    #[test]
    fn ratios_are_of_medians() {
        let ours = [measured(1., 0.5, 500.), measured(9., 9., 900.), measured(1.2, 0.6, 600.)];
        let theirs = [measured(2.4, 1.5, 1000.), measured(2.4, 1.5, 1000.)];
        let row = Row::new("face-resnet-train", &ours, &theirs).unwrap();
        assert_eq!((row.ratio, row.wall_ratio, row.memory_ratio), (Some(2.), Some(2.5), Some(0.6)));
        assert_eq!(row.reached, Some(true));
        let row = Row::new("face-resnet-train", &ours[1..2], &theirs).unwrap();
        assert_eq!(row.reached, Some(false), "slower");
        let row = Row::new("face-resnet-train", &[measured(1., 1., 700.)], &theirs).unwrap();
        assert_eq!(row.reached, Some(false), "fast, but too much memory");
    }

    #[test]
    fn memory_beyond_the_gradient_counts_where_it_has_a_goal() {
        let gradient = 58_207. * 2048. / 1e6;
        let fast = |extra: f64| measured(1., 1., 100. + gradient + extra);
        let reached =
            |extra| Row::new("head-58k-blockwise", &[fast(extra)], &[measured(2., 2., 999.)]).unwrap().reached;
        assert_eq!((reached(19.), reached(21.)), (Some(true), Some(false)));
    }

    #[test]
    fn without_pytorch_nothing_is_reached_or_missed() {
        let row = Row::new("small-train", &[measured(1., 1., 1.)], &[]).unwrap();
        assert_eq!((row.ratio, row.wall_ratio, row.memory_ratio, row.reached), (None, None, None, None));
    }
}
