//! The paper's figures, as data.
//!
//! R. Ranjan, C. D. Castillo, R. Chellappa: L2-constrained Softmax Loss for Discriminative Face
//! Verification, arXiv 1703.09507v3, 2017. Each figure carries a [`Mark`]: only a few are confirmed
//! in a source; the others are recalled, and reports print them so. Nothing is judged by them.

pub mod accuracy;

use serde::{Deserialize, Serialize};

/// How sure a figure of the paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Confirmed in a source: the abstract, or code or papers that quote it.
    Confirmed,
    /// Recalled, consistent with everything confirmed, not seen in the paper's own text.
    Recalled,
    /// Given by the user in the experiment's configuration.
    User,
}

/// One figure of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperCell {
    /// The rate, in [0, 1].
    pub value: f64,
    /// How sure it is.
    pub mark: Mark,
}

/// A row of one of the paper's tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperRow {
    /// The name of our row that it stands beside: `softmax`, `l2:16`, `l2:trained`, `l2:50+tpe`.
    pub row: String,
    /// The net and the data of the paper's row.
    pub setting: String,
    /// IJB-A 1:1, TAR at FAR [`FARS`].
    pub tar: [PaperCell; 4],
}

/// The false accept rates of the paper's IJB-A tables.
pub const FARS: [f64; 4] = [1e-4, 1e-3, 1e-2, 1e-1];

/// The patent, in one sentence.
pub const PATENT: &str = "The method is the subject of US patent 11,636,328, \"L2 constrained \
    softmax loss for discriminative face verification\" (filed 2018, granted 2023); whoever uses \
    it commercially should know.";

/// The paper in one line.
pub const CITATION: &str = "R. Ranjan, C. D. Castillo, R. Chellappa: L2-constrained Softmax Loss \
    for Discriminative Face Verification, arXiv 1703.09507v3, 2017";

type Figures = (&'static str, [u16; 4]);

const MS_SMALL: [Figures; 9] = [
    ("softmax", [553, 730, 881, 957]),
    ("l2:8", [257, 433, 746, 953]),
    ("l2:12", [620, 721, 875, 970]),
    ("l2:16", [734, 834, 924, 974]),
    ("l2:20", [740, 820, 922, 973]),
    ("l2:24", [744, 831, 912, 974]),
    ("l2:28", [740, 834, 922, 975]),
    ("l2:32", [727, 831, 921, 972]),
    ("l2:trained", [698, 817, 914, 971]),
];

const MS_LARGE: [Figures; 5] = [
    ("softmax", [730, 851, 926, 972]),
    ("l2:30", [775, 871, 938, 978]),
    ("l2:40", [827, 900, 951, 982]),
    ("l2:50", [832, 906, 952, 981]),
    ("l2:trained", [832, 903, 950, 980]),
];

/// Face-ResNet on MS-large with TPE: the paper's best of this net. Its alpha is not recalled; it stands beside the best without TPE.
const MS_LARGE_TPE: [Figures; 1] = [("l2:50+tpe", [863, 910, 951, 979])];

/// The confirmed figures of [`ijba_ms_small`]: row and column.
const MS_SMALL_CONFIRMED: [(&str, usize); 2] = [("l2:16", 0), ("l2:24", 0)];

/// IJB-A 1:1, Face-ResNet trained on MS-small (13,403 people).
pub fn ijba_ms_small() -> Vec<PaperRow> {
    rows("Face-ResNet, MS-small", &MS_SMALL, &MS_SMALL_CONFIRMED)
}

/// IJB-A 1:1, Face-ResNet trained on MS-large (58,207 people).
pub fn ijba_ms_large() -> Vec<PaperRow> {
    let mut all = rows("Face-ResNet, MS-large", &MS_LARGE, &[]);
    all.extend(rows("Face-ResNet + TPE, MS-large, alpha not recalled", &MS_LARGE_TPE, &[]));
    all
}

/// Puts a user's figure in the place of the paper's.
///
/// An unknown row, or a `far` that is not among [`FARS`], gives `false` and changes nothing.
pub fn override_cell(table: &mut [PaperRow], row: &str, far: f64, value: f64) -> bool {
    let Some(column) = column(far) else {
        return false;
    };
    let at = table.iter().position(|r| r.row == row);
    let Some(at) = at else {
        return false;
    };
    table[at].tar[column] = PaperCell { value, mark: Mark::User };
    true
}

/// The column of a false accept rate in [`PaperRow::tar`].
pub fn column(far: f64) -> Option<usize> {
    FARS.iter().position(|f| (far / f - 1.0).abs() < 1e-9)
}

fn rows(setting: &str, figures: &[Figures], confirmed: &[(&str, usize)]) -> Vec<PaperRow> {
    let cell = |row: &str, column: usize, thousandths: u16| PaperCell {
        value: f64::from(thousandths) / 1000.0,
        mark: if confirmed.contains(&(row, column)) { Mark::Confirmed } else { Mark::Recalled },
    };
    figures
        .iter()
        .map(|(row, tar)| PaperRow {
            row: (*row).to_owned(),
            setting: setting.to_owned(),
            tar: std::array::from_fn(|i| cell(row, i, tar[i])),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(table: &[PaperRow], row: &str, column: usize) -> PaperCell {
        table.iter().find(|r| r.row == row).unwrap().tar[column]
    }

    #[test]
    fn figures_are_the_papers() {
        let small = ijba_ms_small();
        assert_eq!(cell(&small, "softmax", 0).value, 0.553);
        assert_eq!(cell(&small, "l2:8", 1).value, 0.433);
        assert_eq!(cell(&small, "l2:trained", 3).value, 0.971);
        assert_eq!(cell(&ijba_ms_large(), "l2:50", 0).value, 0.832);
        assert_eq!(cell(&ijba_ms_large(), "l2:50+tpe", 0).value, 0.863);
    }

    #[test]
    fn only_two_figures_of_ms_small_are_confirmed() {
        let small = ijba_ms_small();
        let confirmed: Vec<f64> =
            small.iter().flat_map(|r| r.tar).filter(|c| c.mark == Mark::Confirmed).map(|c| c.value).collect();
        assert_eq!(confirmed, [0.734, 0.744]);
    }

    #[test]
    fn overrides_are_marked_and_unknown_cells_refused() {
        let mut table = ijba_ms_small();
        assert!(override_cell(&mut table, "l2:12", 1e-4, 0.7));
        let new = cell(&table, "l2:12", 0);
        assert_eq!((new.value, new.mark), (0.7, Mark::User));
        assert!(!override_cell(&mut table, "l2:12", 2e-4, 0.7));
        assert!(!override_cell(&mut table, "l2:13", 1e-4, 0.7));
    }
}
