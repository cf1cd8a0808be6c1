//! Pairs in folds, LFW's and YouTube Faces' kind of protocol: from files to pairs, from scores to accuracy, rates and a ROC.

mod by_identity;
mod curve;
mod load;
mod rates;
mod schema;
mod train_test;

pub use by_identity::by_identity;
pub use curve::{roc_curve, BAND};
pub use load::{lfw, ytf};
pub use rates::{accuracy, rates, score_set, tar_at, val, FARS};
pub use schema::{AccuracyPercent, ChosenOn, FoldRates, Tar};
pub use train_test::train_test;
