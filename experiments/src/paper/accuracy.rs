//! The paper's accuracies on LFW and YouTube Faces.

use super::{Mark, PaperCell};
use serde::{Deserialize, Serialize};

/// One accuracy of the paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperAccuracy {
    /// The kind of our rows that it stands beside: `softmax` or `l2`; nothing where no row of ours is its like.
    pub beside: Option<String>,
    /// The method, in the paper's words.
    pub method: String,
    /// The net and the training set.
    pub setting: String,
    /// The mean accuracy, in [0, 1].
    pub accuracy: PaperCell,
}

type Figure = (Option<&'static str>, &'static str, &'static str, u16, Mark);

const SMALL: &str = "Face-ResNet, MS-small";
const LARGE: &str = "Face-ResNet, MS-large";
const L2: Option<&str> = Some("l2");
const SOFTMAX: Option<&str> = Some("softmax");

const LFW_SMALL: [Figure; 4] = [
    (SOFTMAX, "softmax", SMALL, 9810, Mark::Recalled),
    (L2, "L2-softmax, alpha not recalled", SMALL, 9928, Mark::Recalled),
    (None, "center loss + softmax", SMALL, 9923, Mark::Recalled),
    (None, "center loss + L2-softmax", SMALL, 9933, Mark::Confirmed),
];

const LFW_LARGE: [Figure; 2] = [
    (SOFTMAX, "softmax", LARGE, 9900, Mark::Recalled),
    (L2, "L2-softmax, alpha not recalled", LARGE, 9960, Mark::Recalled),
];

const LFW_BEST: [Figure; 3] = [
    (None, "L2-softmax", "All-In-One Face, MS-small", 9882, Mark::Recalled),
    (None, "L2-softmax", "ResNet-101, MS-large", 9967, Mark::Recalled),
    (None, "L2-softmax", "ResNeXt-101, MS-large", 9978, Mark::Confirmed),
];

const YTF: [Figure; 3] = [
    (L2, "L2-softmax, alpha not recalled", LARGE, 9554, Mark::Recalled),
    (None, "L2-softmax", "ResNet-101, MS-large", 9602, Mark::Recalled),
    (None, "L2-softmax", "ResNeXt-101, MS-large", 9608, Mark::Confirmed),
];

/// LFW, the figures of Face-ResNet trained on MS-small (13,403 people) first.
pub fn lfw_ms_small() -> Vec<PaperAccuracy> {
    LFW_SMALL.iter().chain(&LFW_BEST).map(figure).collect()
}

/// LFW, the figures of Face-ResNet trained on MS-large (58,207 people) first.
pub fn lfw_ms_large() -> Vec<PaperAccuracy> {
    LFW_LARGE.iter().chain(&LFW_BEST).map(figure).collect()
}

/// YouTube Faces; softmax is not recalled, and no figure is of MS-small.
pub fn ytf() -> Vec<PaperAccuracy> {
    YTF.iter().map(figure).collect()
}

/// The figure that stands beside a row: a softmax row's, or that of any row with an alpha.
pub fn beside<'a>(figures: &'a [PaperAccuracy], row: &str) -> Option<&'a PaperAccuracy> {
    let kind = if row.starts_with("l2:") { "l2" } else { row };
    figures.iter().find(|f| f.beside.as_deref() == Some(kind))
}

fn figure((beside, method, setting, hundredths, mark): &Figure) -> PaperAccuracy {
    PaperAccuracy {
        beside: beside.map(str::to_owned),
        method: (*method).to_owned(),
        setting: (*setting).to_owned(),
        accuracy: PaperCell { value: f64::from(*hundredths) / 1e4, mark: *mark },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_find_their_figures() {
        let lfw = lfw_ms_small();
        assert_eq!(beside(&lfw, "softmax").unwrap().accuracy, PaperCell { value: 0.981, mark: Mark::Recalled });
        assert_eq!(beside(&lfw, "l2:trained").unwrap().accuracy.value, 0.9928);
        assert_eq!(beside(&lfw, "cosface:64:0.35"), None);
        assert_eq!(beside(&lfw_ms_large(), "l2:50").unwrap().accuracy.value, 0.996);
        assert_eq!(beside(&ytf(), "softmax"), None);
        assert_eq!(beside(&ytf(), "l2:16").unwrap().accuracy.value, 0.9554);
    }

    #[test]
    fn three_figures_are_confirmed() {
        let all = lfw_ms_small().into_iter().chain(ytf());
        let confirmed: Vec<f64> =
            all.filter(|f| f.accuracy.mark == Mark::Confirmed).map(|f| f.accuracy.value).collect();
        assert_eq!(confirmed, [0.9933, 0.9978, 0.9608]);
    }
}
