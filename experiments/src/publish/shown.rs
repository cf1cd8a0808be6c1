//! A publication in words and bars.
use crate::progress::Progress;
use l2face_hub::{Outcome, Plan, PublishStep, Published, Standing, Way};
use std::sync::Mutex;

/// Each file: how it stands, how it goes, its size.
pub(super) fn plan(plan: &Plan) -> String {
    let mut text = String::new();
    for file in &plan.files {
        let standing = match file.standing {
            Standing::New => "new",
            Standing::Changed => "changed",
            Standing::Unchanged => "unchanged",
        };
        let way = match file.way {
            Way::Large if file.standing != Standing::Unchanged => "large",
            _ => "",
        };
        text += &format!("{standing:>10}  {way:<5}  {:>12}  {}\n", file.size, file.path);
    }
    for path in &plan.removed {
        text += &format!("{:>10}  {:<5}  {:>12}  {path}\n", "removed", "", "");
    }
    let makes = [(plan.creates_repository, "the repository"), (plan.creates_branch, "the branch")];
    for (_, what) in makes.iter().filter(|(makes, _)| *makes) {
        text += &format!("{what} will be created\n");
    }
    if !plan.others.is_empty() {
        text += &format!("left as they are: {}\n", plan.others.join(", "));
    }
    for warning in &plan.warnings {
        text += &format!("warning: {warning}\n");
    }
    text + &format!("{} bytes to send\n", plan.bytes_to_send())
}

/// What came of it, in a line or two for stdout.
pub(super) fn answer(published: &Published) -> String {
    let Published { outcome, address, place, .. } = published;
    match outcome {
        Outcome::DryRun => format!("dry run: nothing was sent to {address}\n"),
        Outcome::AlreadyThere => format!("{address}\nall of it was there already; to load it: {place}\n"),
        Outcome::Sent => format!("{address}\nsent, downloaded again and compared; to load it: {place}\n"),
    }
}

/// A bar for what is read, for what is sent, and for each file that is checked.
#[derive(Default)]
pub(super) struct Bars(Mutex<Option<(String, Progress)>>);

impl Bars {
    pub fn show(&self, step: &PublishStep<'_>) {
        match *step {
            PublishStep::Reading { done, of } => self.set("read", done, of),
            PublishStep::Sending { done, of } => self.set("send", done, of),
            PublishStep::Checking { file, done, of } => self.set(&format!("check {file}"), done, of),
            PublishStep::Committed(commit) => eprintln!("committed: {commit}"),
            _ => {}
        }
    }

    fn set(&self, label: &str, done: u64, of: u64) {
        let Ok(mut bar) = self.0.lock() else { return };
        if bar.as_ref().is_none_or(|(shown, _)| shown != label) {
            *bar = Some((label.to_string(), Progress::new(label, "bytes", of as usize)));
        }
        if let Some((_, bar)) = bar.as_ref() {
            bar.set(done as usize, "");
        }
    }
}
