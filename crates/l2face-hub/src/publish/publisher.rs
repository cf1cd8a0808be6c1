//! The steps of a publication, in order.
use super::cause::{PublishCause, PublishError};
use super::compare::Base;
use super::folder;
use super::local::Local;
use super::options::PublishOptions;
use super::plan::Plan;
use super::published::{Outcome, Published};
use super::state::RemoteState;
use super::step::PublishStep;
use crate::error::HubError;
use crate::failed::{Failed, Trouble};
use crate::hub::Hub;
use crate::place::{Place, PREFIX};
use crate::remote::Remote;
use crate::runtime;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

pub(super) type Progress<'p> = &'p (dyn Fn(PublishStep<'_>) + Sync);

/// Why a publication stops.
pub(super) enum Stop {
    Failed(Failed),
    Cause(PublishCause),
}

impl<T: Into<PublishCause>> From<T> for Stop {
    fn from(cause: T) -> Self {
        Self::Cause(cause.into())
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Failed(failed) => Self::Failed(failed),
            Trouble::Final(error) => Self::Cause(error.into()),
        }
    }
}

/// One publication under way.
pub(super) struct Publisher<'a> {
    pub hub: &'a Hub,
    pub place: &'a Place,
    pub options: &'a PublishOptions,
    pub progress: Progress<'a>,
    pub remote: Remote<'a>,
    /// In words for messages.
    pub doing: &'static str,
    pub state: RemoteState,
}

pub(crate) fn publish(
    hub: &Hub,
    folder: &Path,
    repository: &str,
    options: &PublishOptions,
    progress: Progress<'_>,
) -> Result<Published, PublishError> {
    let untouched = |cause| PublishError { cause: Box::new(cause), state: RemoteState::Untouched };
    let place = place(repository, options).map_err(untouched)?;
    may_start(hub, options).map_err(untouched)?;
    let files = folder::read(folder, &|done, of| progress(PublishStep::Reading { done, of })).map_err(untouched)?;
    as_expected(folder, &files, options).map_err(untouched)?;
    let remote = Remote::new(hub, &place).map_err(|error| untouched(error.into()))?;
    let (doing, state) = ("looking at the repository", RemoteState::Untouched);
    let mut publisher = Publisher { hub, place: &place, options, progress, remote, doing, state };
    runtime::block_on(async {
        match publisher.run(&files).await {
            Ok(published) => Ok(published),
            Err(stop) => Err(PublishError { cause: Box::new(publisher.explain(stop).await), state: publisher.state }),
        }
    })
    .map_err(|error| untouched(error.into()))?
}

fn place(repository: &str, options: &PublishOptions) -> Result<Place, PublishCause> {
    let (name, branch) = (repository.strip_prefix(PREFIX).unwrap_or(repository), options.branch());
    let place: Place = format!("{PREFIX}{name}@{branch}").parse()?;
    match place.file().is_some() || place.is_pinned() || branch.starts_with("refs/") {
        true if place.file().is_none() => Err(PublishCause::NotABranch(branch.into())),
        true => Err(PublishCause::NotARepository(repository.escape_debug().to_string())),
        false => Ok(place),
    }
}

fn may_start(hub: &Hub, options: &PublishOptions) -> Result<(), PublishCause> {
    match (hub.offline, hub.token.is_some() || options.dry_run) {
        (true, _) => Err(PublishCause::Offline),
        (_, false) => Err(PublishCause::NoToken),
        _ => Ok(()),
    }
}

/// Whether the folder is what the caller looked at.
fn as_expected(folder: &Path, files: &[Local], options: &PublishOptions) -> Result<(), PublishCause> {
    let Some(expected) = &options.expected else { return Ok(()) };
    let other = files.iter().find(|file| expected.get(&file.path) != Some(&file.sha256)).map(|file| &file.path);
    let missing = || expected.keys().find(|path| files.iter().all(|file| file.path != **path));
    match other.or_else(missing) {
        Some(path) => Err(PublishCause::Unexpected(folder.join(path))),
        None => Ok(()),
    }
}

impl Publisher<'_> {
    async fn run(&mut self, files: &[Local]) -> Result<Published, Stop> {
        let (mut base, first) = self.compare(files).await?;
        let mut plan = first.clone();
        if self.options.dry_run {
            plan = self.ways(&base, plan, files).await?;
            (self.progress)(PublishStep::Planned(&plan));
            return Ok(self.published(Outcome::DryRun, None, plan));
        }
        let folder = self.folder()?;
        if !matches!(base, Base::Branch { .. }) {
            self.prepare(&base).await?;
            (base, plan) = self.compare(files).await?;
        }
        plan = self.ways(&base, plan, files).await?;
        plan = Plan { creates_repository: first.creates_repository, creates_branch: first.creates_branch, ..plan };
        (self.progress)(PublishStep::Planned(&plan));
        let Base::Branch { head } = base else {
            return Err(Stop::Failed(Failed::odd("what was just created is not there")));
        };
        let (outcome, commit) = match plan.is_empty() {
            true => (Outcome::AlreadyThere, head),
            false => (Outcome::Sent, self.commit(&head, &plan, files).await?),
        };
        self.check(&commit, files, &plan.removed, folder.path()).await?;
        Ok(self.published(outcome, Some(commit), plan))
    }

    /// A folder for what will be downloaded again, before anything is sent.
    fn folder(&self) -> Result<TempDir, HubError> {
        let root = self.hub.cache.root();
        let made =
            fs::create_dir_all(root).and_then(|()| tempfile::Builder::new().prefix(".l2face-check-").tempdir_in(root));
        made.map_err(HubError::cache(root))
    }

    fn published(&self, outcome: Outcome, commit: Option<String>, plan: Plan) -> Published {
        let (repository, revision) = (self.place.repository(), self.place.revision().to_owned());
        let page = if revision == "main" { String::new() } else { format!("/tree/{revision}") };
        let address = format!("{}/{repository}{page}", self.hub.endpoint);
        let place = format!("{PREFIX}{repository}@{}", commit.as_ref().unwrap_or(&revision));
        Published { repository, revision, outcome, commit, address, place, plan }
    }
}
