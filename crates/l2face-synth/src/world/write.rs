//! Writing an evaluation set to a folder.

use super::cast::{Cast, Picture};
use super::folds::folds;
use super::layout::Layout;
use super::lists::{pairs_txt, splits_txt};
use super::protocol::Split;
use super::store::{io, put, whole_png};
use super::tables::{comparisons, Tables};
use super::{World, WorldSpec};
use crate::error::{Result, SynthError};
use crate::render::{measure, render, Facts};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

const MARKER: &str = "world.json";
const UNFINISHED: &str = "world.unfinished.json";
/// Raised whenever the same seed and settings give other pictures or tables.
const VERSION: u32 = 1;

#[derive(PartialEq, Serialize, Deserialize)]
struct Marker {
    version: u32,
    seed: u64,
    spec: WorldSpec,
    /// None for IJB-A's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layout: Option<Layout>,
}

impl World {
    /// Writes the evaluation set to `dir` in IJB-A's layout: `IJB-A_11_sets`, `IJB-A_1N_sets`, `img`, `frame`, and
    /// `landmarks.csv` (exact points), `quality.csv`, last `world.json`. `progress` is told (done, total) pictures,
    /// from many threads. Restartable: whole pictures are kept; if `world.json` is there, nothing is done. One
    /// process at a time.
    ///
    /// # Errors
    /// [`SynthError::Foreign`] if `dir` holds another world, [`SynthError::Io`] naming the file that cannot be written.
    pub fn write_ijba(&self, dir: &Path, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<()> {
        let cast = || Ok(Cast::new(self));
        self.write(dir, None, cast, &|file| file.to_string(), |tables| self.write_tables(dir, tables), progress)
    }

    /// Writes the stills of the evaluation set to `dir` in LFW's layout: `Face_0001/Face_0001_0001.png`, `pairs.txt` with as many folds as
    /// [`WorldSpec::splits`], and `landmarks.csv`, `quality.csv`, `world.json` as [`Self::write_ijba`] does. No person is in two folds;
    /// a fold has as many genuine as impostor pairs, [`WorldSpec::impostors`] or as many as there are.
    ///
    /// # Errors
    /// Those of [`Self::write_ijba`]; fewer than two people a fold.
    pub fn write_lfw(&self, dir: &Path, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<()> {
        self.write_folds(dir, Layout::Lfw, progress)
    }

    /// Writes the videos of the evaluation set to `dir` in YouTube Faces' layout, `aligned_images_DB/Face_0001/1/1.1.png` and `splits.txt`;
    /// the rest as in [`Self::write_lfw`]. The pictures are not aligned, whatever the folder's name says: their points are beside them.
    ///
    /// # Errors
    /// Those of [`Self::write_lfw`].
    pub fn write_ytf(&self, dir: &Path, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<()> {
        self.write_folds(dir, Layout::Ytf, progress)
    }

    fn write_folds(&self, dir: &Path, layout: Layout, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<()> {
        let cast = || {
            let cast = layout.of(&Cast::new(self));
            folds(self, &cast).map(|_| cast)
        };
        let lists = |tables: &Tables<'_>| {
            let folds = folds(self, tables.cast)?;
            let (list, text) = match layout {
                Layout::Lfw => ("pairs.txt", pairs_txt(&folds)),
                Layout::Ytf => ("splits.txt", splits_txt(&folds)),
            };
            put(&dir.join(list), text.as_bytes(), true)
        };
        self.write(dir, Some(layout), cast, &|file| layout.listed(file), lists, progress)
    }

    fn write(
        &self,
        dir: &Path,
        layout: Option<Layout>,
        cast: impl FnOnce() -> Result<Cast>,
        listed: &dyn Fn(&str) -> String,
        lists: impl FnOnce(&Tables<'_>) -> Result<()>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<()> {
        let marker = Marker { version: VERSION, seed: self.seed, spec: self.spec.clone(), layout };
        if agrees(&dir.join(MARKER), &marker)? {
            return Ok(());
        }
        let cast = cast()?;
        make_folders(dir, &cast)?;
        let unfinished = dir.join(UNFINISHED);
        if !agrees(&unfinished, &marker)? {
            put(&unfinished, text(&marker, &unfinished)?.as_bytes(), true)?;
        }
        let facts = self.write_pictures(dir, &cast, progress)?;
        let tables = Tables { cast: &cast, facts: &facts, listed };
        lists(&tables)?;
        put(&dir.join("landmarks.csv"), tables.landmarks().as_bytes(), true)?;
        put(&dir.join("quality.csv"), tables.quality().as_bytes(), true)?;
        let last = dir.join(MARKER);
        fs::rename(&unfinished, &last).map_err(io(&last))
    }

    fn write_pictures(&self, dir: &Path, cast: &Cast, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<Facts>> {
        let done = AtomicUsize::new(0);
        let one = |picture: &Picture| {
            let facts = self.write_picture(dir, picture)?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, cast.pictures.len());
            Ok(facts)
        };
        cast.pictures.par_iter().map(one).collect()
    }

    fn write_picture(&self, dir: &Path, picture: &Picture) -> Result<Facts> {
        let id = self.eval_identity(picture.subject);
        let path = dir.join(&picture.file);
        if whole_png(&path) {
            return Ok(measure(&id, &picture.state, self.spec.canvas));
        }
        let made = render(&id, &picture.state, self.spec.canvas);
        let bytes =
            made.image.encode_png().map_err(|e| SynthError::Encode { path: path.clone(), problem: e.to_string() })?;
        put(&path, &bytes, false)?;
        Ok(made.facts())
    }

    fn write_tables(&self, dir: &Path, tables: &Tables<'_>) -> Result<()> {
        for k in 1..=self.spec.splits {
            let split = Split::new(self, tables.cast, k);
            let (one, many) =
                (dir.join(format!("IJB-A_11_sets/split{k}")), dir.join(format!("IJB-A_1N_sets/split{k}")));
            for folder in [&one, &many] {
                fs::create_dir_all(folder).map_err(io(folder))?;
            }
            let save = |path: &Path, text: String| put(path, text.as_bytes(), true);
            save(&one.join(format!("train_{k}.csv")), tables.templates(&split.train))?;
            save(&one.join(format!("verify_metadata_{k}.csv")), tables.templates(&split.verify))?;
            save(&one.join(format!("verify_comparisons_{k}.csv")), comparisons(&split))?;
            save(&many.join(format!("train_{k}.csv")), tables.templates(&split.train_search))?;
            save(&many.join(format!("search_gallery_{k}.csv")), tables.templates(&split.gallery))?;
            save(&many.join(format!("search_probe_{k}.csv")), tables.templates(&split.probes))?;
        }
        Ok(())
    }
}

/// The folders of all pictures.
fn make_folders(dir: &Path, cast: &Cast) -> Result<()> {
    let folders: BTreeSet<&Path> = cast.pictures.iter().filter_map(|p| Path::new(&p.file).parent()).collect();
    for folder in folders {
        let folder = dir.join(folder);
        fs::create_dir_all(&folder).map_err(io(&folder))?;
    }
    Ok(())
}

fn text(marker: &Marker, path: &Path) -> Result<String> {
    serde_json::to_string_pretty(marker).map_err(|e| io(path)(e.into()))
}

/// Whether the marker at `path` is there and ours; an error if it is another's.
fn agrees(path: &Path, marker: &Marker) -> Result<bool> {
    let found = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(io(path)(e)),
    };
    let found: serde_json::Value = serde_json::from_slice(&found).unwrap_or_default();
    let ours = serde_json::to_value(marker).map_err(|e| io(path)(e.into()))?;
    if found == ours {
        return Ok(true);
    }
    let mut differs = Vec::new();
    difference("", &found, &ours, &mut differs);
    Err(SynthError::Foreign { path: path.to_path_buf(), differs: differs.join(", ") })
}

/// Names of the leaves in which two JSON values differ.
fn difference(name: &str, a: &serde_json::Value, b: &serde_json::Value, out: &mut Vec<String>) {
    let (Some(x), Some(y)) = (a.as_object(), b.as_object()) else {
        if a != b {
            out.push(format!("{} ({a} there, {b} wanted)", name.trim_start_matches('.')));
        }
        return;
    };
    let keys: std::collections::BTreeSet<&String> = x.keys().chain(y.keys()).collect();
    for key in keys {
        let none = serde_json::Value::Null;
        difference(&format!("{name}.{key}"), x.get(key).unwrap_or(&none), y.get(key).unwrap_or(&none), out);
    }
}
