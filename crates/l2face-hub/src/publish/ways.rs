//! How each file is to travel.
use super::cause::PublishCause;
use super::compare::Base;
use super::local::Local;
use super::plan::{Plan, Standing, Way};
use super::publisher::{Publisher, Stop};
use crate::retry::retry;

/// A file of this size or less may travel within the commit.
const MOST_INLINE: u64 = 10_000_000;
/// And all of them together.
const MOST_INLINE_IN_ALL: u64 = 50_000_000;

impl Publisher<'_> {
    /// Asks how each file is to travel, and refuses what cannot.
    pub(super) async fn ways(&mut self, base: &Base, mut plan: Plan, files: &[Local]) -> Result<Plan, Stop> {
        let unsent = |index: &usize| plan.files[*index].standing != Standing::Unchanged;
        let chosen: Vec<usize> = (0..files.len()).filter(unsent).collect();
        if chosen.is_empty() || self.hub.token.is_none() || !matches!(base, Base::Branch { .. }) {
            return Ok(plan);
        }
        self.doing = "asking how the files are to be sent";
        let locals: Vec<&Local> = chosen.iter().map(|&index| &files[index]).collect();
        let asked = retry(|| async { Ok(self.remote.ways(&locals).await?) }).await?;
        for (&index, asked) in chosen.iter().zip(&asked) {
            plan.files[index].way = asked.way;
        }
        if let Some((file, _)) = locals.iter().zip(&asked).find(|(_, asked)| asked.ignored) {
            return Err(PublishCause::Ignored(file.path.clone()).into());
        }
        self.large(&mut plan, files).await?;
        Ok(plan)
    }

    /// hf-hub puts large files into the commit where the Hub does not take them by Xet: only small ones may go that way.
    async fn large(&mut self, plan: &mut Plan, files: &[Local]) -> Result<(), Stop> {
        let large = plan.files.iter().zip(files).filter(|(planned, _)| planned.way == Way::Large);
        let large: Vec<&Local> = large.map(|(_, file)| file).collect();
        let answer = match large.is_empty() {
            true => "xet".into(),
            false => retry(|| async { Ok(self.remote.transfer(&large).await?) }).await?,
        };
        if answer != "xet" {
            plan.files.iter_mut().filter(|file| file.way == Way::Large).for_each(|file| file.way = Way::Inline);
        }
        let inline = || plan.to_send().filter(|file| file.way == Way::Inline);
        let too_large: Vec<String> =
            inline().filter(|file| file.size > MOST_INLINE).map(|file| file.path.clone()).collect();
        let bytes: u64 = inline().map(|file| file.size).sum();
        match (too_large.is_empty(), bytes > MOST_INLINE_IN_ALL) {
            (false, _) => {
                Err(PublishCause::NoXet { endpoint: self.hub.endpoint.clone(), answer, files: too_large }.into())
            }
            (_, true) => Err(PublishCause::TooMuchInline { bytes }.into()),
            _ => Ok(()),
        }
    }
}
