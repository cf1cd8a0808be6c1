//! Labelled pairs in folds, and what is chosen on some of them and measured on the others.

mod accuracy;
mod accuracy_mode;
mod distance;
mod eer;
mod pair;
mod threshold_choice;
mod val;

pub use accuracy::{train_test_accuracy, Accuracy, FoldAccuracy};
pub use accuracy_mode::AccuracyMode;
pub use eer::MeanCurveEer;
pub use pair::{Folds, Pair};
pub use val::{FoldVal, ValAtFar};
