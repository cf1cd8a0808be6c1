//! The Hub as one user sees it.
use crate::cache::Cache;
use crate::error::HubError;
use crate::fetched::Fetched;
use crate::place::Place;
use crate::publish::{publish, PublishError, PublishOptions, PublishStep, Published};
use crate::token::Token;
use crate::{fetch, runtime};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The public Hub.
pub const ENDPOINT: &str = "https://huggingface.co";
/// Silence of a server that is taken for its absence, unless another is asked for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, a token and a cache. Requests are made on a thread of their own; no async runtime is needed or seen.
#[derive(Clone, Debug)]
pub struct Hub {
    pub(crate) endpoint: String,
    pub(crate) token: Option<Token>,
    pub(crate) cache: Cache,
    pub(crate) offline: bool,
    pub(crate) patience: Duration,
}

/// What a [`Hub`] is made of. Nothing is read from the environment.
#[derive(Clone, Debug)]
pub struct HubBuilder {
    endpoint: String,
    token: Option<Secret>,
    cache: PathBuf,
    offline: bool,
    patience: Duration,
}

/// Not yet checked, never shown.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<token>")
    }
}

impl Hub {
    /// The public Hub without a token, its cache in this folder. The folder's layout is that of the Python library, so that both can
    /// share `~/.cache/huggingface/hub`.
    pub fn builder(cache: impl Into<PathBuf>) -> HubBuilder {
        HubBuilder { endpoint: ENDPOINT.into(), token: None, cache: cache.into(), offline: false, patience: PATIENCE }
    }

    /// The file at a place, downloaded if the cache does not have it.
    ///
    /// Without a file in the place: `model.safetensors` if there, else the only file that ends in .onnx, .safetensors, .pth or .pt.
    /// A file of a pinned commit that lies in the cache is returned without a request. If the server cannot be reached, the cached copy
    /// is returned and [`Fetched::note`] says so. What is downloaded is compared with the size and the hash
    /// (SHA-256, or git's) that the server announces, before it gets its name in the cache. A cached file that is returned without asking
    /// the server is hashed once a process and compared with the name of its blob.
    ///
    /// # Errors
    /// A repository, revision or file that is not there or not for this user; no network and no cached copy; a download that breaks
    /// off or is not what was announced; a cached copy that is damaged.
    pub fn fetch(&self, place: &Place) -> Result<Fetched, HubError> {
        self.fetch_with(place, &|_, _| ())
    }

    /// [`Hub::fetch`], calling `progress(bytes so far, bytes in all)` during a download; after a failure it begins again at 0.
    ///
    /// # Errors
    /// As [`Hub::fetch`].
    pub fn fetch_with(&self, place: &Place, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Fetched, HubError> {
        if let Some(found) = self.cache.pinned(place)? {
            return Ok(found);
        }
        if self.offline {
            return fetch::from_cache(self, place, "working offline was asked for");
        }
        runtime::block_on(fetch::fetch(self, place, progress))?
    }

    /// Publishes the files of a folder as one commit of `OWNER/NAME`, and returns only after every file was downloaded again and found the same.
    ///
    /// The folder is compared with the branch first: what is there already is not sent, and if all is, nothing is written. The repository
    /// and the branch are created if they are not there. A model card (README.md) is shown to the Hub before it is sent. Files of the
    /// repository that the folder lacks stay. A failed publication can be run again; [`PublishError::state`] says what it left behind.
    ///
    /// # Errors
    /// A folder with links, hidden files or leftovers; no token, or one that may not write; files that would be overwritten without
    /// [`PublishOptions::overwrite`]; a card that the Hub refuses; large files where the Hub does not take them; a commit of someone else in
    /// between; a connection that breaks more often than is tried; a download that differs from what was sent.
    pub fn publish(
        &self,
        folder: &Path,
        repository: &str,
        options: &PublishOptions,
        progress: &(dyn Fn(PublishStep<'_>) + Sync),
    ) -> Result<Published, PublishError> {
        publish(self, folder, repository, options, progress)
    }
}

impl HubBuilder {
    /// Another server than [`ENDPOINT`]: `https://HOST[:PORT][/PATH]`, or `http://` for a mirror in reach of no one else.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// The user's token, for private and gated repositories.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Secret(token.into()));
        self
    }

    /// Never make a request: only what lies in the cache.
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// How long a silent server is waited for: 60 s unless another time is given here. It is the time in which nothing comes, not that of a whole
    /// transfer: a slow one goes on as long as it moves. A connection gets this time too, and no more than 10 s.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Checks the parts.
    ///
    /// # Errors
    /// An endpoint that is no address, a token that no header can hold.
    pub fn build(self) -> Result<Hub, HubError> {
        let endpoint = self.endpoint.trim_end_matches('/').to_owned();
        if let Some(fault) = fault_of_endpoint(&endpoint) {
            return Err(HubError::Endpoint(shown(&endpoint), fault));
        }
        let token = self.token.map(|secret| Token::new(secret.0).ok_or(HubError::Token)).transpose()?;
        let (offline, patience) = (self.offline, self.patience);
        Ok(Hub { endpoint, token, cache: Cache::new(self.cache), offline, patience })
    }
}

fn fault_of_endpoint(endpoint: &str) -> Option<&'static str> {
    let host = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"));
    match host {
        None => Some("does not begin with https:// or http://"),
        Some(host) if host.starts_with(['/', ':']) || host.is_empty() => Some("has no host"),
        Some(host) if host.contains('@') => Some("has a user or a password in it"),
        Some(host) if !host.bytes().all(|b| b.is_ascii_graphic()) => Some("has spaces or other odd characters in it"),
        Some(host) if host.contains(['?', '#']) => Some("has a query in it"),
        Some(_) => None,
    }
}

/// Without a password, if there is one.
fn shown(endpoint: &str) -> String {
    let end = endpoint.rsplit_once('@').map_or(endpoint, |(_, end)| end);
    end.escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_address() {
        let build = |endpoint: &str| Hub::builder("cache").endpoint(endpoint).build();
        for good in [ENDPOINT, "http://127.0.0.1:8080/", "https://hub.example/mirror"] {
            assert!(build(good).is_ok(), "{good}");
        }
        for bad in ["", "hub.example", "ftp://hub.example", "https://", "https://a b", "https://h/?a", "http://:80"] {
            assert!(matches!(build(bad), Err(HubError::Endpoint(..))), "{bad}");
        }
        let error = build("https://me:secret@hub.example").expect_err("a password").to_string();
        assert!(!error.contains("secret") && error.contains("hub.example"), "{error}");
    }

    #[test]
    fn a_token_is_checked_and_never_shown() {
        let builder = Hub::builder("cache").token("hf_secret");
        assert!(!format!("{builder:?}").contains("hf_secret"));
        assert!(!format!("{:?}", builder.build()).contains("hf_secret"));
        let error = Hub::builder("cache").token("hf_secret\n").build().expect_err("a line end");
        assert!(!format!("{error:?} {error}").contains("hf_secret"));
    }
}
