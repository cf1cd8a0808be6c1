//! Files from the Hub, with the settings that its users have in their environment.
use crate::progress::Progress;
use anyhow::{Context, Result};
use l2face_hub::{Fetched, Hub, HubError, Place, PREFIX};
use l2face_model::{is_model_folder, CONFIG, WEIGHTS};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Downloads what is not in the cache, and says on stderr what it is.
pub(super) fn fetch(place: &str) -> Result<PathBuf> {
    let place: Place = place.parse()?;
    let hub = hub_of_environment()?;
    let bar = OnceLock::new();
    let fetched = hub.fetch_with(&place, &|done, all| {
        let bar = bar.get_or_init(|| Progress::new(&place.repository(), "bytes", all as usize));
        bar.set(done as usize, "");
    })?;
    eprintln!("{}", said(&place, &fetched));
    match place.file() {
        None if fetched.file == WEIGHTS => Ok(model_folder(&hub, &place, &fetched)?.unwrap_or(fetched.path)),
        _ => Ok(fetched.path),
    }
}

/// The Hub as the environment sets it.
///
/// # Errors
/// A setting that cannot be, no folder for the cache.
pub fn hub_of_environment() -> Result<Hub> {
    hub(&|name| std::env::var_os(name).filter(|value| !value.is_empty()))
}

/// The folder in the cache, where the repository is a model of this project: then its configuration is held to.
fn model_folder(hub: &Hub, place: &Place, weights: &Fetched) -> Result<Option<PathBuf>> {
    let name = format!("{}@{}", place.repository(), weights.revision);
    let config: Place = format!("{PREFIX}{}/{CONFIG}@{}", place.repository(), weights.revision).parse()?;
    match hub.fetch(&config) {
        Ok(config) if config.path.parent().is_some_and(is_model_folder) => {
            Ok(Some(l2face_model::fetch(hub, &name, &|_, _| ())?.folder))
        }
        // Of another project; or there is none: the file of the weights may do without.
        Ok(_) | Err(HubError::NoFile { .. }) => Ok(None),
        Err(error) => unheard(place, weights, error).map(|()| None),
    }
}

/// The weights are used without their configuration only where no server was heard for them either, and that is said.
fn unheard(place: &Place, weights: &Fetched, error: HubError) -> Result<()> {
    let cached = weights.note.is_some() || weights.from_cache && place.is_pinned();
    match &error {
        HubError::Unreachable { why, .. } if cached => {
            eprintln!(
                "{}: warning: whether it has a {CONFIG} is not known ({why}): the weights of the cache are used without one",
                place.repository()
            );
            Ok(())
        }
        _ => Err(anyhow::Error::new(error).context(format!("the weights came, their {CONFIG} did not"))),
    }
}

/// Repository, file, commit, path, and where the bytes are from.
fn said(place: &Place, fetched: &Fetched) -> String {
    let origin = match (&fetched.note, fetched.from_cache) {
        (Some(why), _) => format!("from the cache; the Hub was not heard: {why}"),
        (None, true) => "from the cache".into(),
        (None, false) => "downloaded".into(),
    };
    let Fetched { file, revision, path, size, .. } = fetched;
    format!("{}: {file}, commit {revision}, {size} bytes, {origin}\n{}", place.repository(), path.display())
}

/// `HF_ENDPOINT`, `HF_TOKEN` or the file that `hf auth login` writes, `HF_HUB_OFFLINE`, and the cache's folder.
fn hub(env: &dyn Fn(&str) -> Option<OsString>) -> Result<Hub> {
    let home = home(env)?;
    let text = |name: &str| env(name).map(|value| value.to_string_lossy().into_owned());
    let on = |name: &str| {
        text(name).is_some_and(|value| ["1", "on", "true", "yes"].contains(&value.to_lowercase().as_str()))
    };
    let cache = env("HF_HUB_CACHE").or_else(|| env("HUGGINGFACE_HUB_CACHE")).map(PathBuf::from);
    let mut builder = Hub::builder(cache.unwrap_or_else(|| home.join("hub"))).offline(on("HF_HUB_OFFLINE"));
    if let Some(endpoint) = text("HF_ENDPOINT") {
        builder = builder.endpoint(endpoint);
    }
    let stored = || std::fs::read_to_string(env("HF_TOKEN_PATH").map_or(home.join("token"), PathBuf::from)).ok();
    let token = text("HF_TOKEN").or_else(stored).map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
    if let Some(token) = token.filter(|_| !on("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
        builder = builder.token(token);
    }
    Ok(builder.build()?)
}

/// The folder of Hugging Face's tools.
fn home(env: &dyn Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let under = |name: &str, rest: &str| env(name).map(|folder| PathBuf::from(folder).join(rest));
    let found = under("HF_HOME", "").or_else(|| under("XDG_CACHE_HOME", "huggingface"));
    let found =
        found.or_else(|| under("HOME", ".cache/huggingface")).or_else(|| under("USERPROFILE", ".cache/huggingface"));
    found.context("no folder for files of the Hub: set HF_HOME to one")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(settings: &[(&str, &str)]) -> String {
        let find =
            |name: &str| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        match hub(&find) {
            Ok(hub) => format!("{hub:?}").replace('\\', "/"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_cache_is_where_python_has_it() {
        assert!(of(&[("HOME", "me")]).contains("\"me/.cache/huggingface/hub\""));
        assert!(of(&[("HOME", "me"), ("XDG_CACHE_HOME", "x")]).contains("\"x/huggingface/hub\""));
        assert!(of(&[("XDG_CACHE_HOME", "x"), ("HF_HOME", "h")]).contains("\"h/hub\""));
        assert!(of(&[("HF_HOME", "h"), ("HF_HUB_CACHE", "c")]).contains("\"c\""));
        assert!(of(&[]).contains("set HF_HOME"));
    }

    #[test]
    fn endpoint_token_and_offline() {
        let all =
            of(&[("HF_HOME", "h"), ("HF_ENDPOINT", "http://mirror"), ("HF_TOKEN", "hf_x"), ("HF_HUB_OFFLINE", "1")]);
        assert!(all.contains("http://mirror") && all.contains("offline: true") && all.contains("<token>"), "{all}");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("token"), "hf_stored\n").expect("a file");
        let home = folder.path().to_string_lossy();
        assert!(of(&[("HF_HOME", &home)]).contains("<token>"));
        assert!(!of(&[("HF_HOME", &home), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]).contains("<token>"));
        assert!(of(&[("HF_HOME", "h"), ("HF_TOKEN", "a b")]).contains("token is empty, or has spaces"));
    }
}
