//! A request that did not give what it should: what kind of failure it is, in words fit to be shown.
use crate::error::HubError;
use crate::token::{clean, Token};
use hf_hub::HFError;
use std::error::Error;
use std::time::Duration;

/// One failure.
#[derive(Debug)]
pub(crate) struct Failed {
    pub kind: Kind,
    /// Cleaned words of the server or the system.
    pub text: String,
}

/// What can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No connection, or no answer in time.
    Unreachable,
    /// 429, with the pause that the server asks for.
    Busy(Option<Duration>),
    /// 5xx and 408.
    Server,
    /// 401, with the server's code.
    WhoAreYou(String),
    /// 403.
    Refused,
    /// 404, with the server's code.
    NotFound(String),
    /// 409 and 412: it is there already, or something else happened in between.
    Conflict,
    /// The answer ended too early.
    BrokenOff,
    /// The storage for large files (Xet), which is another server than the Hub, did not do its part.
    Storage,
    /// Not what a Hub answers.
    Odd,
}

/// A failure of one request, or what no further request can change.
#[derive(Debug)]
pub(crate) enum Trouble {
    Failed(Failed),
    Final(HubError),
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<HubError> for Trouble {
    fn from(error: HubError) -> Self {
        Self::Final(error)
    }
}

/// The parts of a refusal.
pub(crate) struct Refusal<'a> {
    pub status: u16,
    pub code: Option<&'a str>,
    pub message: Option<&'a str>,
    pub retry_after: Option<Duration>,
}

impl Failed {
    pub(crate) fn odd(text: &str) -> Self {
        Self { kind: Kind::Odd, text: text.into() }
    }

    pub(crate) fn broken_off(text: String) -> Self {
        Self { kind: Kind::BrokenOff, text }
    }

    /// Whether the server, not the request, is at fault: a cached copy may stand in.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self.kind, Kind::Unreachable | Kind::Busy(_) | Kind::Server)
    }

    pub(crate) fn of_status(refusal: &Refusal<'_>, token: Option<&Token>) -> Self {
        let code = || clean(refusal.code.unwrap_or_default(), token);
        let kind = match refusal.status {
            401 => Kind::WhoAreYou(code()),
            403 => Kind::Refused,
            404 => Kind::NotFound(code()),
            409 | 412 => Kind::Conflict,
            408 | 500..=599 => Kind::Server,
            429 => Kind::Busy(refusal.retry_after),
            _ => Kind::Odd,
        };
        let words = refusal.message.map(|message| format!(": {}", clean(message, token))).unwrap_or_default();
        let later = refusal.retry_after.map(|pause| format!(", to be tried again in {} s", pause.as_secs()));
        Self { kind, text: format!("status {}{}{words}", refusal.status, later.unwrap_or_default()) }
    }

    pub(crate) fn of_request(error: &reqwest::Error, token: Option<&Token>) -> Self {
        let kind = match error {
            e if e.is_connect() || e.is_timeout() => Kind::Unreachable,
            e if e.is_body() || e.source().is_some_and(is_body) => Kind::BrokenOff,
            e if e.is_decode() || e.is_builder() || e.is_redirect() => Kind::Odd,
            _ => Kind::Unreachable,
        };
        Self { kind, text: clean(&words(error), token) }
    }

    pub(crate) fn of_hub(error: &HFError, token: Option<&Token>) -> Self {
        let (context, retry_after) = match error {
            HFError::Request { source, .. } => return Self::of_request(source, token),
            HFError::RateLimited { retry_after, context } => (Some(context), *retry_after),
            HFError::Http { context }
            | HFError::AuthRequired { context }
            | HFError::Conflict { context }
            | HFError::Forbidden { context } => (Some(context), None),
            HFError::RepoNotFound { context, .. }
            | HFError::RevisionNotFound { context, .. }
            | HFError::EntryNotFound { context, .. } => (context.as_ref(), None),
            HFError::Xet { .. } => return Self { kind: Kind::Storage, text: clean(&words(error), token) },
            _ => (None, None),
        };
        let Some(context) = context else { return Self::odd(&clean(&words(error), token)) };
        let (code, message) = (context.error_code.as_deref(), context.server_message.as_deref());
        Self::of_status(&Refusal { status: context.status.as_u16(), code, message, retry_after }, token)
    }
}

/// Whether a body that was being read ended: reqwest calls that a failure to decode it.
fn is_body(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_body)
}

/// An error and its causes, each once.
fn words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            text += &format!(": {words}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16) -> Failed {
        let message = Some("say\u{7} hf_x");
        let refusal = Refusal { status, code: Some("RepoNotFound"), message, retry_after: None };
        Failed::of_status(&refusal, Token::new("hf_x".into()).as_ref())
    }

    #[test]
    fn each_status_has_its_kind() {
        assert_eq!(of(401).kind, Kind::WhoAreYou("RepoNotFound".into()));
        assert_eq!(of(404).kind, Kind::NotFound("RepoNotFound".into()));
        assert_eq!((of(409).kind, of(412).kind), (Kind::Conflict, Kind::Conflict));
        assert_eq!((of(403).kind, of(418).kind), (Kind::Refused, Kind::Odd));
        assert!([408, 429, 500, 502, 503, 504].iter().all(|&status| of(status).is_outage()));
        assert_eq!(of(403).text, "status 403: say  <token>");
    }

    #[test]
    fn the_storage_for_large_files_is_not_the_hub() {
        let source = "no answer for hf_x".into();
        let error = HFError::Xet { operation: hf_hub::XetOperation::Upload, source };
        let failed = Failed::of_hub(&error, Token::new("hf_x".into()).as_ref());
        assert_eq!(failed.kind, Kind::Storage);
        assert!(failed.text.contains("no answer for <token>") && !failed.is_outage(), "{}", failed.text);
    }
}
