//! The one request that changes files, and what is done when its answer does not come.
use super::cause::PublishCause;
use super::check::first_difference;
use super::local::Local;
use super::plan::{Plan, Standing, Way};
use super::publisher::{Publisher, Stop};
use super::state::RemoteState;
use super::step::PublishStep;
use super::uploading::{watch, Through};
use crate::failed::{Failed, Kind, Trouble};
use crate::names::is_commit;
use crate::remote::Remote;
use crate::retry::retry;
use hf_hub::repository::CommitOperation;
use hf_hub::HFError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Bytes a second that the slowest line sends.
const SLOWEST: u64 = 50_000;

impl Publisher<'_> {
    /// Sends what is new or changed onto `parent`; the new commit.
    pub(super) async fn commit(&mut self, parent: &str, plan: &Plan, files: &[Local]) -> Result<String, Stop> {
        self.doing = "sending the files";
        let chosen = files.iter().zip(&plan.files).filter(|(_, planned)| planned.standing != Standing::Unchanged);
        let chosen: Vec<&Local> = chosen.map(|(file, _)| file).collect();
        if let Some(file) = chosen.iter().find(|file| !file.is_as_read()) {
            return Err(PublishCause::Changing(file.disk.clone()).into());
        }
        let remote = Remote::with_patience(self.hub, self.place, self.patience(plan)).map_err(PublishCause::Hub)?;
        let (doubt, before, bytes) = (AtomicBool::new(false), self.state.clone(), plan.bytes_to_send());
        let (chosen, gone) = (chosen.as_slice(), plan.removed.as_slice());
        let sending = Sending { publisher: self, remote, parent, chosen, gone, all: files, bytes, doubt: &doubt };
        let sent = retry(|| sending.once()).await;
        let before = if doubt.into_inner() { RemoteState::Unknown } else { before };
        let (state, sent) = match sent {
            Ok(Sent::Made(commit)) => (RemoteState::Committed(commit.clone()), Ok(commit)),
            Ok(Sent::NotMade(failed)) => (before, Err(Stop::Failed(failed))),
            Err(trouble) => (before, Err(trouble.into())),
        };
        self.state = state;
        sent.inspect(|commit| (self.progress)(PublishStep::Committed(commit)))
    }

    /// What travels within the commit may take its time; Xet has its own patience.
    fn patience(&self, plan: &Plan) -> Duration {
        let inline = plan.to_send().filter(|file| file.way != Way::Large).map(|file| file.size);
        self.hub.patience + Duration::from_secs(inline.sum::<u64>() / SLOWEST)
    }
}

/// One commit, sent until it is there.
struct Sending<'s> {
    publisher: &'s Publisher<'s>,
    remote: Remote<'s>,
    parent: &'s str,
    chosen: &'s [&'s Local],
    /// Paths that are removed.
    gone: &'s [String],
    all: &'s [Local],
    bytes: u64,
    /// Whether a try ended without its being known what became of it.
    doubt: &'s AtomicBool,
}

/// What is known after a try.
enum Sent {
    Made(String),
    /// And another try would not help.
    NotMade(Failed),
}

impl Sending<'_> {
    /// One try. A failure is returned as such only if another try may help.
    async fn once(&self) -> Result<Sent, Trouble> {
        let failed = match self.send().await {
            Ok(sent) => return Ok(sent),
            Err(failed) => failed,
        };
        match failed.kind {
            Kind::WhoAreYou(_) | Kind::Refused | Kind::NotFound(_) => Ok(Sent::NotMade(failed)),
            Kind::Busy(_) => Err(failed.into()),
            _ => self.recover(failed).await,
        }
    }

    async fn send(&self) -> Result<Sent, Failed> {
        let operation = |file: &&Local| match &file.bytes {
            Some(bytes) => CommitOperation::add_bytes(&file.path, bytes.clone()),
            None => CommitOperation::add_file(&file.path, &file.disk),
        };
        let (through, options) = (Through::default(), self.publisher.options);
        let message = options.message.clone().unwrap_or_else(|| format!("Publish {} files", self.chosen.len()));
        let operations = self.chosen.iter().map(operation).chain(self.gone.iter().map(CommitOperation::delete));
        let commit = self.remote.repository.create_commit().operations(operations.collect());
        let commit = commit.commit_message(message).revision(self.remote.place.revision()).parent_commit(self.parent);
        let commit = commit.progress(through.clone()).send();
        let made = watch(commit, through, self.bytes, self.publisher.progress).await;
        let oid = match made {
            Ok(made) => made.commit_oid.unwrap_or_default(),
            // It comes before the commit, and Xet has tried again for minutes.
            Err(error @ HFError::Xet { .. }) => {
                return Ok(Sent::NotMade(self.remote.failed(&error)));
            }
            Err(error) => return Err(self.remote.failed(&error)),
        };
        match is_commit(&oid) {
            true => Ok(Sent::Made(oid)),
            false => Err(Failed::odd("the new commit's name is not 40 digits of hexadecimal")),
        }
    }

    /// After a failure: the branch tells whether the commit was made all the same, or another one.
    async fn recover(&self, failed: Failed) -> Result<Sent, Trouble> {
        let remote = &self.publisher.remote;
        self.doubt.store(true, Ordering::Relaxed);
        let Ok(head) = remote.commit().await else { return Err(failed.into()) };
        if head == self.parent {
            return match failed.kind {
                Kind::Odd | Kind::Conflict => Ok(self.certain(failed)),
                _ => Err(failed.into()),
            };
        }
        let Ok(tree) = remote.tree(&head).await else { return Err(failed.into()) };
        match first_difference(self.all, self.gone, &tree) {
            None => Ok(Sent::Made(head)),
            Some(_) => Ok(self.certain(Failed { kind: Kind::Conflict, text: failed.text })),
        }
    }

    /// The branch was seen without the commit, after an answer that ends the matter.
    fn certain(&self, failed: Failed) -> Sent {
        self.doubt.store(false, Ordering::Relaxed);
        Sent::NotMade(failed)
    }
}
