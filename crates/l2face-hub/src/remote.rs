//! Requests to the Hub, each once. Answers are checked before any part of them becomes a path.
use crate::error::HubError;
use crate::failed::{Failed, Refusal};
use crate::hub::Hub;
use crate::names::{fault_of_file, is_commit};
use crate::patience::Patience;
use crate::place::Place;
use crate::token::Token;
use crate::verify::Facts;
use futures_util::{Stream, StreamExt};
use hf_hub::repository::RepoTreeEntry;
use hf_hub::{HFClient, HFError, HFRepository, RepoTypeModel};
use reqwest::header::{HeaderMap, HeaderValue, ACCEPT_ENCODING, CONTENT_LENGTH, ETAG, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, RequestBuilder};
use std::time::Duration;

const AGENT: &str = concat!("l2face-hub/", env!("CARGO_PKG_VERSION"));
/// No header can hold it, so that hf-hub sends none; without any token it would look for one in the environment.
const NO_TOKEN: &str = "\n";
/// More files than this are not looked at.
const MOST_FILES: usize = 20_000;

/// One repository.
pub(crate) struct Remote<'a> {
    hub: &'a Hub,
    pub(crate) place: &'a Place,
    pub(crate) repository: HFRepository<RepoTypeModel>,
    own: reqwest::Client,
    patience: Patience,
}

impl<'a> Remote<'a> {
    pub(crate) fn new(hub: &'a Hub, place: &'a Place) -> Result<Self, HubError> {
        Self::with_patience(hub, place, hub.patience)
    }

    /// Another patience than the hub's: the time in which a body is sent counts as silence of the server.
    pub(crate) fn with_patience(hub: &'a Hub, place: &'a Place, patience: Duration) -> Result<Self, HubError> {
        let patience = Patience(patience);
        let system = |e: &dyn std::fmt::Display| HubError::System(e.to_string());
        let token = hub.token.as_ref().map_or(NO_TOKEN, Token::reveal);
        let own = client(along_names(), patience).map_err(|e| system(&e))?;
        let builder = HFClient::builder().endpoint(&hub.endpoint).token(token).user_agent(AGENT);
        let builder = builder.cache_dir(hub.cache.root()).cache_enabled(false).retry_max_attempts(0);
        let client = builder.client(client(Policy::limited(10), patience).map_err(|e| system(&e))?).build();
        let repository = client.map_err(|e| system(&e))?.model(place.owner(), place.name());
        Ok(Self { hub, place, repository, own, patience })
    }

    pub(crate) fn token(&self) -> Option<&Token> {
        self.hub.token.as_ref()
    }

    /// A failure of hf-hub's.
    pub(crate) fn failed(&self, error: &HFError) -> Failed {
        self.patience.name_in(Failed::of_hub(error, self.token()), error)
    }

    /// A failure of a request of our own.
    pub(crate) fn failed_request(&self, error: &reqwest::Error) -> Failed {
        self.patience.name(Failed::of_request(error, self.token()), error)
    }

    /// The commit that the revision is now.
    pub(crate) async fn commit(&self) -> Result<String, Failed> {
        self.commit_of(self.place.revision()).await
    }

    /// The commit that this revision is now.
    pub(crate) async fn commit_of(&self, revision: &str) -> Result<String, Failed> {
        let info = self.repository.info().revision(revision).send().await;
        let commit = info.map_err(|e| self.failed(&e))?.sha.unwrap_or_default();
        match is_commit(&commit) {
            true => Ok(commit),
            false => Err(Failed::odd("the revision's commit is not 40 digits of hexadecimal")),
        }
    }

    /// Whether the path of a file, as the server gives it, may be shown and become a path here: it must not hold the token either.
    pub(crate) fn is_sound(&self, path: &str) -> bool {
        fault_of_file(path).is_none() && self.token().is_none_or(|token| !path.contains(token.reveal()))
    }

    /// The files of a commit whose paths are sound.
    pub(crate) async fn files(&self, commit: &str) -> Result<Vec<String>, Failed> {
        let failed = |e| self.failed(&e);
        let tree = self.repository.list_tree().revision(commit).recursive(true).limit(MOST_FILES).send();
        let mut tree = std::pin::pin!(tree.map_err(failed)?);
        let mut files = Vec::new();
        while let Some(entry) = tree.next().await {
            match entry.map_err(failed)? {
                RepoTreeEntry::File { path, .. } if self.is_sound(&path) => files.push(path),
                _ => {}
            }
        }
        Ok(files)
    }

    /// Size and hash of a file. hf-hub follows the redirection to where large files lie and loses both, so this is asked here.
    pub(crate) async fn facts(&self, commit: &str, file: &str) -> Result<Facts, Failed> {
        let parts = [self.place.owner(), self.place.name(), "resolve", commit].into_iter().chain(file.split('/'));
        let response = self.request(Method::HEAD, parts)?.send().await.map_err(|e| self.failed_request(&e))?;
        let (status, headers) = (response.status(), response.headers());
        if !status.is_success() && !status.is_redirection() {
            return Err(refused(status.as_u16(), headers, self.token()));
        }
        let own_size = header(headers, CONTENT_LENGTH.as_str()).filter(|_| status.is_success());
        let etag = header(headers, "x-linked-etag").or_else(|| header(headers, ETAG.as_str()));
        Facts::new(etag, header(headers, "x-linked-size").or(own_size))
    }

    /// A request of our own, with the token, to a path of the endpoint; each part is one segment.
    pub(crate) fn request<'p>(
        &self,
        method: Method,
        parts: impl IntoIterator<Item = &'p str>,
    ) -> Result<RequestBuilder, Failed> {
        let fault = || Failed::odd("the endpoint is not an address");
        let mut url = reqwest::Url::parse(&self.hub.endpoint).map_err(|_| fault())?;
        url.path_segments_mut().map_err(|()| fault())?.pop_if_empty().extend(parts);
        Ok(self.to(method, url))
    }

    /// A request to an address at the endpoint's host.
    pub(crate) fn to(&self, method: Method, url: reqwest::Url) -> RequestBuilder {
        let request = self.own.request(method, url);
        match self.token() {
            Some(token) => request.bearer_auth(token.reveal()),
            None => request,
        }
    }

    /// The bytes of a file.
    pub(crate) async fn stream(
        &self,
        commit: &str,
        file: &str,
    ) -> Result<impl Stream<Item = Result<impl AsRef<[u8]>, Failed>> + Unpin + '_, Failed> {
        let sent = self.repository.download_file_stream().filename(file).revision(commit).send().await;
        let (_, stream) = sent.map_err(|e| self.failed(&e))?;
        Ok(stream.map(|part| part.map_err(|e| Failed::broken_off(self.failed(&e).text))))
    }
}

fn client(redirects: Policy, patience: Patience) -> reqwest::Result<reqwest::Client> {
    // Compressed answers would not have the announced size.
    let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
    let builder = reqwest::Client::builder().user_agent(AGENT).default_headers(headers);
    builder.connect_timeout(patience.connect()).read_timeout(patience.0).redirect(redirects).build()
}

/// Follows a repository to its new name, not a file to where it lies.
fn along_names() -> Policy {
    Policy::custom(|attempt: Attempt<'_>| {
        let same = attempt.previous().last().is_some_and(|from| from.origin() == attempt.url().origin());
        match same && attempt.status() != 302 && attempt.previous().len() < 5 {
            true => attempt.follow(),
            false => attempt.stop(),
        }
    })
}

pub(crate) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

pub(crate) fn refused(status: u16, headers: &HeaderMap, token: Option<&Token>) -> Failed {
    let seconds = header(headers, RETRY_AFTER.as_str()).and_then(|text| text.trim().parse().ok());
    let [code, message] = ["x-error-code", "x-error-message"].map(|name| header(headers, name));
    Failed::of_status(&Refusal { status, code, message, retry_after: seconds.map(Duration::from_secs) }, token)
}
