//! NIST's CSV files.

use std::collections::hash_map::Entry;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::pairs::{read_matches, TemplateIndex};
use super::published::counts;
use super::{IjbBc, IjbLayout, IjbSet};
use crate::protocol::{
    folder_or_root, read_templates, FaceTable, Search, TemplateColumns, TemplateSpec, Verification, FACE_COLUMNS,
};
use crate::EvalError;

const ADVICE: &str = "the folder must hold protocol/ (or protocols/) with PREFIX_1N_gallery_X.csv, PREFIX_1N_gallery_Y.csv, \
    PREFIX_1N_probe_mixed.csv and PREFIX_11_X_Y_matches.csv (ijbb: X, Y = S1, S2; ijbc: G1, G2), or for IJB-C test1/ and test4/, \
    as NIST releases them";

const COLUMNS: TemplateColumns = TemplateColumns {
    file: "FILENAME",
    medium: "SIGHTING_ID",
    needed: &["TEMPLATE_ID", "SUBJECT_ID", "FILENAME", "SIGHTING_ID", "FACE_X", "FACE_Y", "FACE_WIDTH", "FACE_HEIGHT"],
    optional: &FACE_COLUMNS,
};

/// The CSV files of a set.
struct Files {
    /// The first gallery, the second, the probes.
    search: [PathBuf; 3],
    /// The templates of 1:1.
    verify: Vec<PathBuf>,
    matches: PathBuf,
}

impl Files {
    fn of(set: IjbSet, dir: &Path) -> Self {
        let folder = folder_or_root(dir, &["protocol", "protocols"]);
        let test4 = folder.join("test4");
        if set == IjbSet::C && test4.is_dir() {
            let test1 = folder.join("test1");
            return Self {
                search: ["gallery_G1.csv", "gallery_G2.csv", "probes.csv"].map(|f| test4.join(f)),
                verify: vec![test1.join("enroll_templates.csv"), test1.join("verif_templates.csv")],
                matches: test1.join("match.csv"),
            };
        }
        let ([x, y], prefix) = (set.galleries(), set.prefix());
        let one_to_n = |part: &str| folder.join(format!("{prefix}_1N_{part}.csv"));
        let search = [&format!("gallery_{x}"), &format!("gallery_{y}"), "probe_mixed"].map(one_to_n);
        Self { verify: search.to_vec(), search, matches: folder.join(format!("{prefix}_11_{x}_{y}_matches.csv")) }
    }
}

pub(super) fn load(set: IjbSet, dir: &Path) -> Result<IjbBc, EvalError> {
    if !dir.is_dir() {
        return Err(EvalError::Missing { path: dir.to_owned(), advice: ADVICE.into() });
    }
    let (files, images) = (Files::of(set, dir), folder_or_root(dir, &["images"]));
    let mut faces = FaceTable::new(&images);
    let mut read = |path: &PathBuf| read_templates(path, &COLUMNS, ADVICE, &mut faces);
    let lists = files.search.iter().map(&mut read).collect::<Result<Vec<_>, _>>()?;
    let templates = match files.verify == files.search {
        true => union(&files.verify, lists.clone())?,
        false => union(&files.verify, files.verify.iter().map(&mut read).collect::<Result<_, _>>()?)?,
    };
    let repeated = faces.repeated;
    let pairs = read_matches(&files.matches, ADVICE, &TemplateIndex::new(&templates, &files.verify[0]))?;
    let verify = Verification { train: vec![], templates, pairs };
    let searches = searches(lists);
    let faces = faces.finish();
    let counts = counts(set, &faces, &verify, &searches, repeated);
    Ok(IjbBc { set, layout: IjbLayout::Nist, images, faces, det_scores: None, verify, searches, counts })
}

/// Two galleries and the probes that both are searched with.
pub(super) fn searches(mut lists: Vec<Vec<TemplateSpec>>) -> Vec<Search> {
    let probes = lists.pop().unwrap_or_default();
    lists.into_iter().map(|gallery| Search { train: vec![], gallery, probes: probes.clone() }).collect()
}

/// All templates, each once. An id may come again only with the same content.
fn union(paths: &[PathBuf], lists: Vec<Vec<TemplateSpec>>) -> Result<Vec<TemplateSpec>, EvalError> {
    let mut all: Vec<TemplateSpec> = Vec::new();
    let mut places: HashMap<u64, (usize, &PathBuf)> = HashMap::new();
    for (path, list) in paths.iter().zip(lists) {
        for template in list {
            match places.entry(template.id) {
                Entry::Vacant(place) => {
                    place.insert((all.len(), path));
                    all.push(template);
                }
                Entry::Occupied(place) if all[place.get().0] == template => {}
                Entry::Occupied(place) => {
                    return Err(EvalError::Duplicate {
                        at: path.display().to_string(),
                        what: "template",
                        id: template.id.to_string(),
                        first: place.get().1.display().to_string(),
                    });
                }
            }
        }
    }
    Ok(all)
}
