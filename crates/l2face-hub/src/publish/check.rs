//! Whether a commit has what the folder has: by the Hub's own hashes, then by downloading every file.
use super::cause::PublishCause;
use super::local::Local;
use super::publisher::{Publisher, Stop};
use super::step::PublishStep;
use super::tree::Tree;
use crate::error::HubError;
use crate::failed::{Failed, Trouble};
use crate::retry::retry;
use crate::verify::{bytes, of_file, Difference};
use futures_util::StreamExt;
use std::io::Write;
use std::path::Path;

/// The first file that a listing has otherwise, or not at all, or that should be `gone`.
pub(super) fn first_difference(files: &[Local], gone: &[String], tree: &Tree) -> Option<(String, Difference)> {
    let of = |file: &Local| match tree.get(&file.path) {
        Some(entry) => entry.difference(file),
        None => Some(Difference { got: "no such file".into(), wanted: format!("{} bytes", file.size) }),
    };
    let left = |path: &String| {
        let wanted = "no such file".into();
        tree.get(path).map(|entry| (path.clone(), Difference { got: bytes(entry.size), wanted }))
    };
    files.iter().find_map(|file| Some((file.path.clone(), of(file)?))).or_else(|| gone.iter().find_map(left))
}

impl Publisher<'_> {
    /// Every file, into `folder` one after the other.
    pub(super) async fn check(
        &mut self,
        commit: &str,
        files: &[Local],
        gone: &[String],
        folder: &Path,
    ) -> Result<(), Stop> {
        self.doing = "looking at what arrived";
        let tree = retry(|| async { Ok(self.remote.tree(commit).await?) }).await?;
        if let Some((file, difference)) = first_difference(files, gone, &tree) {
            return Err(differs(file, difference));
        }
        self.doing = "downloading what arrived, to compare";
        for file in files {
            if let Some(difference) = retry(|| self.download(commit, file, folder)).await? {
                return Err(differs(file.path.clone(), difference));
            }
        }
        Ok(())
    }

    /// The difference of what comes; too few bytes are a failure that may pass.
    async fn download(&self, commit: &str, file: &Local, folder: &Path) -> Result<Option<Difference>, Trouble> {
        let path = folder.join("file");
        let mut kept = std::fs::File::create(&path).map_err(HubError::cache(&path))?;
        let mut stream = self.remote.stream(commit, &file.path).await?;
        let mut done = 0;
        while let Some(part) = stream.next().await {
            (self.progress)(PublishStep::Checking { file: &file.path, done, of: file.size });
            let part = part?;
            done += part.as_ref().len() as u64;
            kept.write_all(part.as_ref()).map_err(HubError::cache(&path))?;
            if done > file.size {
                break;
            }
        }
        if done < file.size {
            return Err(Failed::broken_off(format!("{}: {done} of {} bytes came", file.path, file.size)).into());
        }
        (self.progress)(PublishStep::Checking { file: &file.path, done, of: file.size });
        drop(kept);
        Ok(of_file(&path, &file.facts()).map_err(HubError::cache(&path))?)
    }
}

fn differs(file: String, Difference { got, wanted }: Difference) -> Stop {
    PublishCause::Differs { file, got, wanted }.into()
}
