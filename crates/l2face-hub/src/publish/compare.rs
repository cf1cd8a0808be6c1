//! The branch against the folder.
use super::card::{self, CARD};
use super::cause::PublishCause;
use super::local::Local;
use super::plan::{Plan, Standing};
use super::publisher::{Publisher, Stop};
use super::tree::Tree;
use crate::failed::{Failed, Kind, Trouble};
use crate::retry::retry;

/// What the branch is before anything is sent.
pub(super) enum Base {
    NoRepository,
    NoBranch { main: String },
    Branch { head: String },
}

impl Publisher<'_> {
    /// Files that would be lost and a card that is refused are an error.
    pub(super) async fn compare(&mut self, files: &[Local]) -> Result<(Base, Plan), Stop> {
        self.doing = "looking at the repository";
        let base = self.look().await?;
        self.is_as_private_as_asked(&base).await?;
        let tree = match &base {
            Base::NoRepository => Tree::new(),
            Base::NoBranch { main: commit } | Base::Branch { head: commit } => {
                retry(|| async { Ok(self.remote.tree(commit).await?) }).await?
            }
        };
        let mut plan = Plan::new(files, &tree, self.options);
        plan.creates_repository = matches!(base, Base::NoRepository);
        plan.creates_branch = !matches!(base, Base::Branch { .. }) && self.place.revision() != "main";
        let mut changed = plan.paths(Standing::Changed);
        changed.extend(plan.removed.iter().map(|path| format!("{path} (which the folder lacks)")));
        if !changed.is_empty() && !self.options.overwrite {
            let (repository, revision) = (self.place.repository(), self.place.revision().to_owned());
            return Err(PublishCause::WouldOverwrite { repository, revision, files: changed }.into());
        }
        plan.warnings = self.card(&plan, files).await?;
        Ok((base, plan))
    }

    /// Nobody else is to see what was meant for a private repository.
    async fn is_as_private_as_asked(&self, base: &Base) -> Result<(), Stop> {
        if !self.options.private || matches!(base, Base::NoRepository) {
            return Ok(());
        }
        match retry(|| async { Ok(self.remote.is_private().await?) }).await? {
            true => Ok(()),
            false => Err(PublishCause::IsPublic(self.place.repository()).into()),
        }
    }

    pub(super) async fn look(&self) -> Result<Base, Stop> {
        let code = match retry(|| async { Ok(self.remote.commit().await?) }).await {
            Ok(head) => return Ok(Base::Branch { head }),
            Err(Trouble::Failed(Failed { kind: Kind::NotFound(code), .. })) => code,
            Err(trouble) => return Err(trouble.into()),
        };
        match code.as_str() {
            "RevisionNotFound" => {
                let main = retry(|| async { Ok(self.remote.commit_of("main").await?) }).await?;
                Ok(Base::NoBranch { main })
            }
            _ => Ok(Base::NoRepository),
        }
    }

    /// A new card is shown to the Hub first; without a token it does not look.
    async fn card(&mut self, plan: &Plan, files: &[Local]) -> Result<Vec<String>, Stop> {
        let card = files.iter().find(|file| file.path == CARD);
        match card.filter(|_| self.hub.token.is_some() && plan.to_send().any(|file| file.path == CARD)) {
            Some(card) => {
                self.doing = "checking the card";
                card::check(&self.remote, card).await
            }
            None => Ok(vec![]),
        }
    }
}
