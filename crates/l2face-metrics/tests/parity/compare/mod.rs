//! What is compared, on the kept scores and on fresh ones alike.
pub mod bob_reference;
pub mod folds;
pub mod legacy;
pub mod verification;
