#![doc = include_str!("../README.md")]
mod cache;
mod choose;
mod error;
mod failed;
mod fetch;
mod fetched;
mod hub;
mod names;
mod patience;
mod place;
mod publish;
mod remote;
mod retry;
mod runtime;
mod sound;
mod token;
mod verify;

pub use error::HubError;
pub use fetched::Fetched;
pub use hub::{Hub, HubBuilder, ENDPOINT};
pub use place::{Place, PlaceError, PREFIX};
pub use publish::{
    Outcome, Plan, PlannedFile, PublishCause, PublishError, PublishOptions, PublishStep, Published, RemoteState,
    Standing, Way,
};
