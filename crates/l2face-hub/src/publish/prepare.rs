//! Creating what is not there yet: the repository, the branch. Both may be there by the time they are asked for.
use super::compare::Base;
use super::publisher::{Publisher, Stop};
use super::state::RemoteState;
use crate::failed::{Failed, Kind, Trouble};
use crate::retry::retry;

impl Publisher<'_> {
    pub(super) async fn prepare(&mut self, base: &Base) -> Result<(), Stop> {
        let (private, repository) = (self.options.private, self.place.repository());
        match base {
            Base::Branch { .. } => Ok(()),
            Base::NoRepository => {
                self.doing = "creating the repository";
                self.state = RemoteState::Prepared(format!("The repository {repository}"));
                retry(|| async { Ok(self.remote.create_repository(private).await?) }).await?;
                match self.look().await? {
                    Base::NoBranch { main } if self.place.revision() != "main" => self.branch(&main).await,
                    _ => Ok(()),
                }
            }
            Base::NoBranch { main } => self.branch(main).await,
        }
    }

    async fn branch(&mut self, main: &str) -> Result<(), Stop> {
        self.doing = "creating the branch";
        self.state = RemoteState::Prepared(format!("The branch {}", self.place.revision()));
        let made = retry(|| async { Ok(self.remote.create_branch(main).await?) }).await;
        match made {
            // It is there already; what is on it will be seen.
            Err(Trouble::Failed(Failed { kind: Kind::Conflict, .. })) => Ok(()),
            made => Ok(made?),
        }
    }
}
