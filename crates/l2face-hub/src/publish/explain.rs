//! A failure in words that say what to do.
use super::cause::PublishCause;
use super::publisher::{Publisher, Stop};
use crate::failed::{Failed, Kind};

impl Publisher<'_> {
    /// Asks whose token it is, where that matters.
    pub(super) async fn explain(&self, stop: Stop) -> PublishCause {
        let Failed { kind, text: why } = match stop {
            Stop::Cause(cause) => return cause,
            Stop::Failed(failed) => failed,
        };
        let (doing, endpoint) = (self.doing, self.hub.endpoint.clone());
        let what = || format!("{} at {}", self.place.repository(), self.place.revision());
        match kind {
            Kind::WhoAreYou(_) | Kind::Refused => PublishCause::MayNot { doing, why, who: self.remote.who().await },
            Kind::NotFound(_) => PublishCause::NotFound { doing, what: what(), why },
            Kind::Conflict => PublishCause::Moved { doing, what: what(), why },
            Kind::Unreachable | Kind::Busy(_) | Kind::Server | Kind::BrokenOff => {
                PublishCause::Unreachable { doing, endpoint, why }
            }
            Kind::Storage => PublishCause::Storage { doing, why },
            Kind::Odd => PublishCause::Answer { doing, endpoint, why },
        }
    }
}
