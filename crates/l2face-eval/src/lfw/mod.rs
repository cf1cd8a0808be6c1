//! Labeled Faces in the Wild (Huang et al., 2007), in the file layout of its README.

mod errata;
mod pairs;
mod people;

use std::path::{Path, PathBuf};

pub use people::{LfwPeople, Person};

use crate::folds::{FaceList, FoldPair, FoldProtocol, ListUsed};
use crate::protocol::{Counts, Face};
use crate::EvalError;
use errata::Errata;
use pairs::{Photo, RawPair};

/// Where LFW's photographs and lists are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LfwFiles {
    /// Holds `<Name>/<Name>_0001.jpg`.
    pub images: PathBuf,
    /// `pairs.txt`, `pairsDevTrain.txt` or `pairsDevTest.txt`.
    pub pairs: PathBuf,
    /// A list of corrections to the labels: a row of the pairs' file, a tab, and `same`, `different` or `drop`; `#` begins a
    /// comment. `None` keeps the official labels.
    pub errata: Option<PathBuf>,
}

impl LfwFiles {
    /// `pairs.txt` beside the people's folders, official labels.
    pub fn in_folder(dir: &Path) -> Self {
        Self { images: dir.to_owned(), pairs: dir.join("pairs.txt"), errata: None }
    }
}

/// Reads a list of pairs. Its first line gives the number of folds (absent in the Dev lists: one fold) and the number n of pairs;
/// every fold has n rows `name n1 n2` of one person and n rows `name1 n1 name2 n2` of two. Images are not opened.
///
/// # Errors
/// A missing file; a row of another form, a name that is no plain folder name, a photograph paired with itself, too few or too many
/// rows, an erratum that is not in the list: with file and line.
pub fn load_lfw(files: &LfwFiles) -> Result<FoldProtocol, EvalError> {
    let (folds, rows) = pairs::read(&files.pairs)?;
    let (rows, errata) = match &files.errata {
        Some(path) => {
            let (rows, used) = Errata::read(path, &files.pairs)?.apply(rows)?;
            (rows, Some(used))
        }
        None => (rows, None),
    };
    let mut list = FaceList::default();
    let pairs = rows.iter().map(|row| pair(row, &files.images, &mut list)).collect::<Result<Vec<_>, EvalError>>()?;
    let counts = counts(&list, &pairs, folds);
    Ok(FoldProtocol {
        root: files.images.clone(),
        list: ListUsed { file: files.pairs.clone(), form: "labels of the list".into(), errata },
        people: list.names(),
        faces: list.faces,
        templates: list.templates,
        pairs,
        folds,
        counts,
    })
}

fn pair(row: &RawPair, root: &Path, list: &mut FaceList) -> Result<FoldPair, EvalError> {
    let mut find =
        |photo: &Photo| list.template(&photo.name, photo.number, || Ok(vec![face(root, photo, row.at.clone())]));
    Ok(FoldPair { a: find(&row.a)?, b: find(&row.b)?, same: row.same, fold: row.fold })
}

/// `<Name>/<Name>_0001.jpg`; `.png` where only that is on disk.
fn face(root: &Path, photo: &Photo, at: String) -> Face {
    let file = format!("{0}/{0}_{1:04}.jpg", photo.name, photo.number);
    let (jpg, png) = (root.join(&file), root.join(&file).with_extension("png"));
    let path = if !jpg.is_file() && png.is_file() { png } else { jpg };
    Face { file, path, hints: Default::default(), at }
}

/// The numbers of photographs and people are counted from the published `pairs.txt` itself.
fn counts(list: &FaceList, pairs: &[FoldPair], folds: usize) -> Counts {
    let published = |n| (folds == 10).then_some(n);
    let mut counts = Counts::default();
    counts.add("photographs", list.faces.len(), published(7701));
    counts.add("people", list.people(), published(4281));
    counts.add("pairs", pairs.len(), published(6000));
    counts.add("pairs of one person", pairs.iter().filter(|p| p.same).count(), published(3000));
    counts
}
