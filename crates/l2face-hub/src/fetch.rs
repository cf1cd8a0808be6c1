//! From a place to a file: ask, look into the cache, download, compare, keep.
use crate::choose::{choose, networks, Choice};
use crate::error::HubError;
use crate::failed::{Failed, Kind, Trouble};
use crate::fetched::Fetched;
use crate::hub::Hub;
use crate::place::Place;
use crate::remote::Remote;
use crate::retry::retry;
use crate::sound;
use crate::verify::{Difference, Facts, Meter};
use futures_util::StreamExt;
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

type Progress<'p> = &'p (dyn Fn(u64, u64) + Sync);

/// What the server says that the place is.
struct Target {
    commit: String,
    file: String,
    facts: Facts,
}

pub(crate) async fn fetch(hub: &Hub, place: &Place, progress: Progress<'_>) -> Result<Fetched, HubError> {
    let remote = Remote::new(hub, place)?;
    let target = match look_up(&remote, place).await {
        Ok(target) => target,
        Err(Trouble::Failed(failed)) if failed.is_outage() => return from_cache(hub, place, &failed.text),
        Err(trouble) => return Err(explain(hub, place, trouble)),
    };
    obtain(hub, place, &remote, &target, progress).await.map_err(|trouble| explain(hub, place, trouble))
}

/// The cached copy in place of an answer.
pub(crate) fn from_cache(hub: &Hub, place: &Place, why: &str) -> Result<Fetched, HubError> {
    match hub.cache.latest(place)? {
        Some(found) => Ok(Fetched { note: Some(why.into()), ..found }),
        None => Err(unreachable(hub, place, why)),
    }
}

async fn look_up(remote: &Remote<'_>, place: &Place) -> Result<Target, Trouble> {
    let commit = retry(|| async { Ok(remote.commit().await?) }).await?;
    let file = match place.file() {
        Some(file) => file.to_owned(),
        None => the_network(remote, place, &commit).await?,
    };
    match retry(|| async { Ok(remote.facts(&commit, &file).await?) }).await {
        Ok(facts) => Ok(Target { commit, file, facts }),
        Err(Trouble::Failed(Failed { kind: Kind::NotFound(_), .. })) => {
            let networks = networks(&list(remote, &commit).await?);
            let (repository, revision) = (place.repository(), place.revision().to_owned());
            Err(HubError::NoFile { repository, file, revision, networks }.into())
        }
        Err(trouble) => Err(trouble),
    }
}

async fn list(remote: &Remote<'_>, commit: &str) -> Result<Vec<String>, Trouble> {
    retry(|| async { Ok(remote.files(commit).await?) }).await
}

async fn the_network(remote: &Remote<'_>, place: &Place, commit: &str) -> Result<String, Trouble> {
    match choose(&list(remote, commit).await?) {
        Choice::One(file) => Ok(file),
        Choice::Open(networks) => Err(HubError::WhichFile { repository: place.repository(), networks }.into()),
    }
}

async fn obtain(
    hub: &Hub,
    place: &Place,
    remote: &Remote<'_>,
    target: &Target,
    progress: Progress<'_>,
) -> Result<Fetched, Trouble> {
    let Target { commit, file, facts } = target;
    let blob = hub.cache.blob(place, &facts.etag);
    let cached = match hub.cache.found(place, commit, file) {
        Some(found) => same(&found.path, facts)?,
        None => blob.exists() && same(&blob, facts)?,
    };
    if !cached {
        let received = retry(|| download(hub, place, remote, target, progress)).await?;
        hub.cache.keep(place, &facts.etag, received)?;
    }
    if hub.cache.found(place, commit, file).is_none() {
        hub.cache.link(place, commit, file, &facts.etag)?;
    }
    hub.cache.remember(place, commit)?;
    let found = hub.cache.found(place, commit, file).ok_or_else(|| vanished(&blob))?;
    sound::remember(&found.path);
    Ok(Fetched { from_cache: cached, ..found })
}

/// A cached file is what the server has, or an error.
fn same(path: &Path, facts: &Facts) -> Result<bool, HubError> {
    sound::same(path, facts).map(|()| true)
}

fn vanished(blob: &Path) -> HubError {
    HubError::cache(blob)(std::io::Error::new(std::io::ErrorKind::NotFound, "the file vanished while it was fetched"))
}

/// The bytes that were announced, not one more.
async fn download(
    hub: &Hub,
    place: &Place,
    remote: &Remote<'_>,
    target: &Target,
    progress: Progress<'_>,
) -> Result<NamedTempFile, Trouble> {
    let Target { commit, file, facts } = target;
    let mut received = hub.cache.receive(place, &facts.etag)?;
    let mut meter = Meter::new(facts);
    let mut stream = remote.stream(commit, file).await.map_err(announced)?;
    progress(0, facts.size);
    while let Some(part) = stream.next().await {
        let part = part?;
        meter.add(part.as_ref());
        if meter.size() > facts.size {
            break;
        }
        received.write_all(part.as_ref()).map_err(HubError::cache(received.path()))?;
        progress(meter.size(), facts.size);
    }
    if meter.size() < facts.size {
        let text = format!("{} of {} bytes came", meter.size(), facts.size);
        return Err(Failed::broken_off(text).into());
    }
    match meter.difference() {
        None => Ok(received),
        Some(Difference { got, wanted }) => Err(HubError::Mismatch { file: named(place, file), got, wanted }.into()),
    }
}

/// Size and hash were given before: a refusal now is that of the storage, whose address may have expired, and the next try gets a new one.
fn announced(failed: Failed) -> Failed {
    match failed.kind {
        Kind::NotFound(_) | Kind::WhoAreYou(_) | Kind::Refused => {
            Failed::broken_off(format!("the file was announced and is not sent ({})", failed.text))
        }
        _ => failed,
    }
}

fn named(place: &Place, file: &str) -> String {
    format!("{}/{file}", place.repository())
}

fn unreachable(hub: &Hub, place: &Place, why: &str) -> HubError {
    let (place, endpoint, cache) = (place.to_string(), hub.endpoint.clone(), hub.cache.root().to_owned());
    HubError::Unreachable { place, endpoint, cache, why: why.into() }
}

/// A failure in words that say what to do.
fn explain(hub: &Hub, place: &Place, trouble: Trouble) -> HubError {
    let Failed { kind, text: why } = match trouble {
        Trouble::Failed(failed) => failed,
        Trouble::Final(error) => return error,
    };
    let (repository, with_token) = (place.repository(), hub.token.is_some());
    match kind {
        Kind::Unreachable | Kind::Busy(_) | Kind::Server => unreachable(hub, place, &why),
        Kind::NotFound(code) if code == "RevisionNotFound" => {
            HubError::NoRevision { repository, revision: place.revision().into() }
        }
        Kind::WhoAreYou(code) if code != "RepoNotFound" => HubError::WhoAreYou { repository, with_token, why },
        Kind::WhoAreYou(_) | Kind::NotFound(_) => HubError::NoRepository { repository, with_token },
        Kind::Refused => HubError::Refused { repository, why },
        Kind::BrokenOff | Kind::Storage => HubError::BrokenOff { file: place.to_string(), why },
        Kind::Odd | Kind::Conflict => HubError::Answer { what: place.to_string(), endpoint: hub.endpoint.clone(), why },
    }
}
