//! From a folder to a repository: look, compare, send, and see that it arrived.
mod answer;
mod card;
mod cause;
mod check;
mod commit;
mod compare;
mod explain;
mod folder;
mod local;
mod options;
mod plan;
mod prepare;
mod published;
mod publisher;
mod requests;
mod state;
mod step;
mod tree;
mod uploading;
mod ways;

pub use cause::{PublishCause, PublishError};
pub use options::PublishOptions;
pub use plan::{Plan, PlannedFile, Standing, Way};
pub use published::{Outcome, Published};
pub(crate) use publisher::publish;
pub use state::RemoteState;
pub use step::PublishStep;
