//! The one request that changes files, and what is done when its answer does not come.
use super::cause::PublishCause;
use super::check::first_difference;
use super::local::Local;
use super::plan::{Plan, Standing};
use super::publisher::{Publisher, Stop};
use super::state::RemoteState;
use super::step::PublishStep;
use super::uploading::{watch, Through};
use crate::failed::{Failed, Kind, Trouble};
use crate::names::is_commit;
use crate::remote::Remote;
use crate::retry::retry;
use hf_hub::repository::CommitOperation;
use std::time::Duration;

/// Bytes a second that the slowest line sends.
const SLOWEST: u64 = 20_000;

impl Publisher<'_> {
    /// Sends what is new or changed onto `parent`; the new commit.
    pub(super) async fn commit(&mut self, parent: &str, plan: &Plan, files: &[Local]) -> Result<String, Stop> {
        self.doing = "sending the files";
        let chosen = files.iter().zip(&plan.files).filter(|(_, planned)| planned.standing != Standing::Unchanged);
        let chosen: Vec<&Local> = chosen.map(|(file, _)| file).collect();
        if let Some(file) = chosen.iter().find(|file| !file.is_as_read()) {
            return Err(PublishCause::Changing(file.disk.clone()).into());
        }
        let patience = self.hub.patience + Duration::from_secs(plan.bytes_to_send() / SLOWEST);
        let remote = Remote::with_patience(self.hub, self.place, patience).map_err(PublishCause::Hub)?;
        let sent =
            Sending { publisher: self, remote, parent, chosen: &chosen, all: files, bytes: plan.bytes_to_send() };
        let (before, sent) = (self.state.clone(), retry(|| sent.once()).await);
        match sent {
            Ok(Sent::Made(commit)) => {
                self.state = RemoteState::Committed(commit.clone());
                (self.progress)(PublishStep::Committed(&commit));
                Ok(commit)
            }
            Ok(Sent::NotMade(failed)) => {
                self.state = before;
                Err(Stop::Failed(failed))
            }
            Err(trouble) => {
                self.state = RemoteState::Unknown;
                Err(trouble.into())
            }
        }
    }
}

/// One commit, sent until it is there.
struct Sending<'s> {
    publisher: &'s Publisher<'s>,
    remote: Remote<'s>,
    parent: &'s str,
    chosen: &'s [&'s Local],
    all: &'s [Local],
    bytes: u64,
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
            Ok(commit) => return Ok(Sent::Made(commit)),
            Err(failed) => failed,
        };
        match failed.kind {
            Kind::WhoAreYou(_) | Kind::Refused | Kind::NotFound(_) => Ok(Sent::NotMade(failed)),
            Kind::Busy(_) => Err(failed.into()),
            _ => self.recover(failed).await,
        }
    }

    async fn send(&self) -> Result<String, Failed> {
        let operation = |file: &&Local| match &file.bytes {
            Some(bytes) => CommitOperation::add_bytes(&file.path, bytes.clone()),
            None => CommitOperation::add_file(&file.path, &file.disk),
        };
        let (through, options) = (Through::default(), self.publisher.options);
        let message = options.message.clone().unwrap_or_else(|| format!("Publish {} files", self.chosen.len()));
        let commit = self.remote.repository.create_commit().operations(self.chosen.iter().map(operation).collect());
        let commit = commit.commit_message(message).revision(self.remote.place.revision()).parent_commit(self.parent);
        let commit = commit.progress(through.clone()).send();
        let made = watch(commit, through, self.bytes, self.publisher.progress).await;
        let oid = made.map_err(|e| Failed::of_hub(&e, self.remote.token()))?.commit_oid.unwrap_or_default();
        match is_commit(&oid) {
            true => Ok(oid),
            false => Err(Failed::odd("the new commit's name is not 40 digits of hexadecimal")),
        }
    }

    /// After a failure: the branch tells whether the commit was made all the same, or another one.
    async fn recover(&self, failed: Failed) -> Result<Sent, Trouble> {
        let remote = &self.publisher.remote;
        let Ok(head) = remote.commit().await else { return Err(failed.into()) };
        if head == self.parent {
            return match failed.kind {
                Kind::Odd | Kind::Conflict => Ok(Sent::NotMade(failed)),
                _ => Err(failed.into()),
            };
        }
        let Ok(tree) = remote.tree(&head).await else { return Err(failed.into()) };
        match first_difference(self.all, &tree) {
            None => Ok(Sent::Made(head)),
            Some(_) => Ok(Sent::NotMade(Failed { kind: Kind::Conflict, text: failed.text })),
        }
    }
}
