use serde::{Deserialize, Serialize};

use crate::mode_names::named_modes;
use crate::FpirMode;

/// How TAR is read off the scores at a target FAR `x` with `N` impostors. Published tables use all five; they differ by more than a
/// model does when `x N` is small. In configuration files `conservative`, `insightface`, `bob`, `interp`, `pfe`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FarMode {
    /// The lowest threshold whose FAR does not exceed the target: the next float above the (k+1)-th largest impostor score,
    /// `k = floor(x N)`. It exists, can be used, has the largest TAR of all that keep the target, and is the default everywhere.
    #[default]
    Conservative,
    /// The point of scikit-learn's `roc_curve` (collinear points dropped) whose FAR is nearest to the target; of equally near ones
    /// the one of larger FAR, then of larger TAR. **May lie above the target.** (InsightFace: eval_ijbc.py, ijb_evals.py,
    /// onnx_ijbc.py.) At (0, 0) the threshold is the next float above the highest score.
    Insightface,
    /// The lowest impostor score at which the share of impostors at or above it does not exceed the target, the next float above the
    /// highest if there is none, the next below the lowest for `x >= 1`. Never above the target, but the threshold is an impostor's
    /// score where the conservative one is lower, so TAR is at most the conservative one. Needs two impostors.
    /// (`bob.measure.far_threshold`.)
    Bob,
    /// Linear interpolation on the polyline through the ROC's vertices, at equal FAR the one of largest TAR; beyond the last
    /// vertex (failures among the impostors) its TAR is held. Equal to `numpy.interp` over the curve freed of duplicate FARs.
    /// No threshold attains it; it is what many papers print.
    Interp,
    /// The `round(x N)`-th largest impostor score, halves to even; `1e-8` above the highest if that rounds to 0. **May exceed the target**
    /// by rounding and by ties. (PFE: evaluation/metrics.py, `find_thresholds_by_FAR`.)
    Pfe,
}

named_modes!(
    FarMode, "TAR at FAR mode",
    Conservative => "conservative",
    Insightface => "insightface",
    Bob => "bob",
    Interp => "interp",
    Pfe => "pfe",
);

impl FarMode {
    /// The rule of the same authors for open-set searches; `conservative` for `interp` and `pfe`, which have none here.
    pub fn open_set(self) -> FpirMode {
        match self {
            Self::Insightface => FpirMode::Insightface,
            Self::Bob => FpirMode::Bob,
            Self::Conservative | Self::Interp | Self::Pfe => FpirMode::Conservative,
        }
    }
}
