//! What can go wrong between a name on the Hub and a file here.
use std::path::PathBuf;

/// Why there is no file. No message holds the token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The address of the server.
    #[error("the endpoint `{0}` {1}; it is an address like https://HOST")]
    Endpoint(String, &'static str),
    /// A token that no header can hold.
    #[error("the token is empty, or has spaces or invisible characters in it: copy it again from the Hub's settings")]
    Token,
    /// No such repository, as far as this user may know.
    #[error("{repository}: there is no such repository, or it is private{}", token_hint(.with_token))]
    NoRepository {
        /// `OWNER/NAME`.
        repository: String,
        /// Whether a token was sent.
        with_token: bool,
    },
    /// The server asks for another or any token (401).
    #[error("{repository}: the Hub asks who you are ({why}){}", token_hint(.with_token))]
    WhoAreYou {
        /// `OWNER/NAME`.
        repository: String,
        /// Whether a token was sent.
        with_token: bool,
        /// What the server says.
        why: String,
    },
    /// The server knows the user and refuses (403).
    #[error("{repository}: the Hub refuses access ({why}): ask for it on the repository's page, then try again")]
    Refused {
        /// `OWNER/NAME`.
        repository: String,
        /// What the server says.
        why: String,
    },
    /// No such branch, tag or commit.
    #[error("{repository} has no revision `{revision}`: name a branch, a tag or a commit (40 digits) after @")]
    NoRevision {
        /// `OWNER/NAME`.
        repository: String,
        /// What was asked for.
        revision: String,
    },
    /// No such file.
    #[error("{repository} has no file `{file}` at {revision}{}", listed(.networks))]
    NoFile {
        /// `OWNER/NAME`.
        repository: String,
        /// What was asked for.
        file: String,
        /// The revision.
        revision: String,
        /// Networks that it has.
        networks: Vec<String>,
    },
    /// A repository without a network, or with several.
    #[error(
        "{repository} has no model.safetensors, and not exactly one .onnx, .safetensors, .pth or .pt file{}: \
         name the file, hf:{repository}/FILE", listed(.networks)
    )]
    WhichFile {
        /// `OWNER/NAME`.
        repository: String,
        /// What could be meant.
        networks: Vec<String>,
    },
    /// The server cannot be reached, and the cache does not have the file.
    #[error(
        "{place} is not in the cache ({}), and {endpoint} does not answer: {why}. Connect to the network and try again, or fetch \
         the file elsewhere and give its path", .cache.display()
    )]
    Unreachable {
        /// What was asked for.
        place: String,
        /// The server.
        endpoint: String,
        /// The cache's folder.
        cache: PathBuf,
        /// The failure.
        why: String,
    },
    /// A download that broke off each time.
    #[error("{file}: the download breaks off: {why}; nothing is kept of it, try again")]
    BrokenOff {
        /// The file.
        file: String,
        /// The failure.
        why: String,
    },
    /// An answer that is not the Hub's.
    #[error("{what}: {endpoint} does not answer as a Hub does: {why}")]
    Answer {
        /// What was asked for.
        what: String,
        /// The server.
        endpoint: String,
        /// What is wrong.
        why: String,
    },
    /// A download that is not what the server announced.
    #[error("{file}: received {got}, announced was {wanted}: the file is damaged or was exchanged on the way; nothing is kept of it")]
    Mismatch {
        /// The file.
        file: String,
        /// Size or hash of what came.
        got: String,
        /// Size or hash that the server gave.
        wanted: String,
    },
    /// A file of the cache that is not what the server has, or not what the name of its blob says.
    #[error("{} is damaged: it has {got} in place of {wanted}; remove it and try again with the network", .path.display())]
    Damaged {
        /// The file in the cache.
        path: PathBuf,
        /// Its size or SHA-256.
        got: String,
        /// Size or hash that the server gives, or hash that the blob is named by.
        wanted: String,
    },
    /// The cache cannot be read or written.
    #[error("the cache: {}: {source}; make room, or choose another folder", .path.display())]
    Cache {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The system gives no thread or no TLS.
    #[error("the network cannot be used: {0}")]
    System(String),
}

impl HubError {
    pub(crate) fn cache(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::Cache { path, source }
    }
}

fn token_hint(with_token: &bool) -> &'static str {
    match with_token {
        true => "; the token that was sent does not open it: check the name, or use another token",
        false => "; no token was sent: check the name, or give a token (HF_TOKEN)",
    }
}

/// At most a dozen names.
fn listed(files: &[String]) -> String {
    let shown: Vec<&str> = files.iter().take(12).map(String::as_str).collect();
    match files.len() {
        0 => "; it has no network's file at all".into(),
        n if n > shown.len() => format!("; it has {}, and {} more", shown.join(", "), n - shown.len()),
        _ => format!("; it has {}", shown.join(", ")),
    }
}
