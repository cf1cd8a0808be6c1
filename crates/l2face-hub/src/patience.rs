//! How long a server is waited for, and how a message says that it was too long.
use crate::failed::Failed;
use hf_hub::HFError;
use std::time::Duration;

/// A connection that takes longer will not come about.
const CONNECT: Duration = Duration::from_secs(10);

/// The longest time in which nothing comes. A transfer may take any time as long as something does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience(pub Duration);

impl Patience {
    /// The longest time for a connection.
    pub(crate) fn connect(self) -> Duration {
        self.0.min(CONNECT)
    }

    /// Names the time in a failure that is due to it.
    pub(crate) fn name(self, failed: Failed, error: &reqwest::Error) -> Failed {
        let text = match (error.is_timeout(), error.is_connect()) {
            (false, _) => return failed,
            (true, true) => format!("no connection within {}: {}", seconds(self.connect()), failed.text),
            (true, false) => format!("nothing came for {}: {}", seconds(self.0), failed.text),
        };
        Failed { text, ..failed }
    }

    /// The same for one of hf-hub's errors.
    pub(crate) fn name_in(self, failed: Failed, error: &HFError) -> Failed {
        match error {
            HFError::Request { source, .. } => self.name(failed, source),
            _ => failed,
        }
    }
}

/// Whole seconds, or tenths of a short time.
fn seconds(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_secs(60)), "60 s");
        assert_eq!(seconds(Duration::from_millis(300)), "0.3 s");
    }

    #[test]
    fn a_connection_gets_no_more_than_the_user_s_patience() {
        assert_eq!(Patience(Duration::from_secs(60)).connect(), CONNECT);
        assert_eq!(Patience(Duration::from_secs(1)).connect(), Duration::from_secs(1));
    }
}
