//! Doing a request again when the failure may pass.
use crate::failed::{Failed, Kind, Trouble};
use std::future::Future;
use std::time::Duration;

/// Pauses between tries, where the server does not say how long.
const PAUSES: [Duration; 3] = [Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];
/// A longer pause than this is the user's to decide.
const LONGEST: Duration = Duration::from_secs(60);

/// The first success, or the last failure of at most four.
pub(crate) async fn retry<T, F, Fut>(mut step: F) -> Result<T, Trouble>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Trouble>>,
{
    for attempt in 0..PAUSES.len() {
        let failed = match step().await {
            Err(Trouble::Failed(failed)) => failed,
            done => return done,
        };
        let Some(pause) = pause(&failed, attempt) else { return Err(failed.into()) };
        tokio::time::sleep(pause).await;
    }
    step().await
}

/// How long to wait, if another try is worth it. Without a connection one more is: a user without network should not wait.
fn pause(failed: &Failed, attempt: usize) -> Option<Duration> {
    match failed.kind {
        Kind::Busy(Some(asked)) => Some(asked).filter(|asked| *asked <= LONGEST),
        Kind::Unreachable => (attempt == 0).then_some(PAUSES[0]),
        Kind::Busy(None) | Kind::Server | Kind::BrokenOff | Kind::Storage => PAUSES.get(attempt).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, attempt: usize) -> Option<Duration> {
        pause(&Failed { kind, text: String::new() }, attempt)
    }

    #[test]
    fn the_server_s_own_pause_is_kept_up_to_a_minute() {
        let asked = Duration::from_secs(7);
        assert_eq!(of(Kind::Busy(Some(asked)), 2), Some(asked));
        assert_eq!(of(Kind::Busy(Some(LONGEST + asked)), 0), None);
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        assert_eq!(of(Kind::NotFound(String::new()), 0), None);
        assert_eq!((of(Kind::Refused, 0), of(Kind::Odd, 0)), (None, None));
        assert_eq!((of(Kind::Unreachable, 0), of(Kind::Unreachable, 1)), (Some(PAUSES[0]), None));
        assert_eq!((of(Kind::Server, 2), of(Kind::Storage, 2)), (Some(PAUSES[2]), Some(PAUSES[2])));
    }
}
