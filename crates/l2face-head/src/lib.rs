#![doc = include_str!("../README.md")]
//!
//! | item | paper (arXiv 1703.09507) |
//! |---|---|
//! | [`Softmax`] | equation 1 |
//! | [`L2Softmax`] | equations 2 and 3: the features, and only they, are brought to length alpha |
//! | [`alpha_lower_bound`] | the bound on alpha from the number of classes |
//! | [`HeadConfig`] | either of them by name: `softmax`, `l2:16`, `l2:trained` |

mod alpha;
mod bound;
mod config;
mod error;
mod head;
mod l2_softmax;
mod settings;
mod softmax;

pub use candle_core;
pub use candle_nn;

pub use alpha::Alpha;
pub use bound::alpha_lower_bound;
pub use config::HeadConfig;
pub use error::{HeadError, Warning};
pub use head::{correct, Head};
pub use l2_softmax::L2Softmax;
pub use l2face_ops::LogitBudget;
pub use settings::check;
pub use softmax::Softmax;
