//! InsightFace's text files: blanks between fields, no header, line i of two of them about one image.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use l2face_image::{FaceHints, Landmarks5};

use super::identities::{check_labels, groups};
use super::pairs::{read_labelled, TemplateIndex};
use super::published::counts;
use super::{nist, IjbBc, IjbLayout, IjbSet};
use crate::lines::{Line, Lines};
use crate::protocol::{plain_relative, Face, TemplateSpec, Verification};
use crate::table::Table;
use crate::EvalError;

const ADVICE: &str = "the folder must hold loose_crop/ and meta/ with PREFIX_face_tid_mid.txt, PREFIX_name_5pts_score.txt and \
    PREFIX_template_pair_label.txt (PREFIX is ijbb or ijbc), as InsightFace's IJB package does; the CSV files of 1:N are \
    PREFIX_1N_gallery_X.csv and _Y.csv and PREFIX_1N_probe_mixed.csv";

pub(super) fn file(dir: &Path, set: IjbSet, name: &str) -> PathBuf {
    dir.join("meta").join(format!("{}_{name}", set.prefix()))
}

pub(super) fn load(set: IjbSet, dir: &Path) -> Result<IjbBc, EvalError> {
    let metadata = file(dir, set, "face_tid_mid.txt");
    let images = dir.join("loose_crop");
    let mut read = read_faces(&metadata, &file(dir, set, "name_5pts_score.txt"), &images)?;
    let lists = read_lists(set, dir, &metadata, &read.templates)?;
    let path = file(dir, set, "template_pair_label.txt");
    let (pairs, labels) = read_labelled(&path, ADVICE, &TemplateIndex::new(&read.templates, &metadata))?;
    name_subjects(&mut read.templates, &lists, &pairs, &labels);
    let verify = Verification { train: vec![], templates: read.templates, pairs };
    check_labels(&path, &verify, &labels)?;
    let searches = nist::searches(lists);
    let counts = counts(set, &read.faces, &verify, &searches, 0);
    let (faces, det_scores) = (read.faces, Some(read.scores));
    Ok(IjbBc { set, layout: IjbLayout::Insightface, images, faces, det_scores, verify, searches, counts })
}

/// Faces and templates of the two files that go line by line together.
struct Read {
    faces: Vec<Face>,
    scores: Vec<f32>,
    templates: Vec<TemplateSpec>,
}

fn read_faces(metadata: &Path, points: &Path, images: &Path) -> Result<Read, EvalError> {
    let (mut ids, mut dots) = (Lines::open(metadata, ADVICE)?, Lines::open(points, ADVICE)?);
    let mut read = Read { faces: vec![], scores: vec![], templates: vec![] };
    let (mut names, mut places, mut media) = (HashMap::new(), HashMap::new(), HashMap::new());
    while let Some(line) = ids.next()? {
        let (name, template, medium) = ids_of(&line)?;
        if let Some(first) = names.insert(name.to_owned(), line.at()) {
            return Err(EvalError::Duplicate { at: line.at(), what: "image", id: name.into(), first });
        }
        let row = dots.expect(&format!("the points of {name}, as in {}", line.at()))?;
        let (hints, score) = points_of(&row, name, &line)?;
        let index = read.faces.len() as u32;
        read.faces.push(Face { file: name.into(), path: images.join(name), hints, at: line.at() });
        read.scores.push(score);
        let place = *places.entry(template).or_insert(read.templates.len());
        if place == read.templates.len() {
            read.templates.push(TemplateSpec { id: template, subject: template, media: vec![] });
        }
        let of_template = &mut read.templates[place].media;
        let group = *media.entry((template, medium)).or_insert(of_template.len());
        if group == of_template.len() {
            of_template.push(vec![]);
        }
        of_template[group].push(index);
    }
    match dots.next()? {
        Some(row) => Err(row.bad(format!("a row beyond the {} of {}", read.faces.len(), metadata.display()))),
        None if read.faces.is_empty() => Err(EvalError::EmptyFile { path: metadata.to_owned() }),
        None => Ok(read),
    }
}

/// `1.jpg 1 69544`: image, template, medium.
fn ids_of<'a>(line: &Line<'a>) -> Result<(&'a str, u64, u64), EvalError> {
    let fields: Vec<&str> = line.text.split_ascii_whitespace().collect();
    let [name, template, medium] = fields[..] else {
        return Err(line.bad(format!("{} fields, expected image, template and medium", fields.len())));
    };
    if plain_relative(name).is_none() {
        return Err(EvalError::BadPath { at: line.at(), column: "the image".into(), file: name.into() });
    }
    Ok((name, line.whole("the template", template)?, line.whole("the medium", medium)?))
}

/// `1.jpg x1 y1 .. x5 y5 score`: image-left eye, image-right eye, nose, image-left and image-right mouth corner, in the crop's pixels.
fn points_of(row: &Line<'_>, name: &str, line: &Line<'_>) -> Result<(FaceHints, f32), EvalError> {
    let mut fields = row.text.split_ascii_whitespace();
    let found = fields.next().unwrap_or("");
    if found != name {
        return Err(row.bad(format!("the image is {found:?} here but {name:?} in {}, the same row", line.at())));
    }
    let values = fields.map(|f| row.finite("a point or the score", f)).collect::<Result<Vec<f64>, _>>()?;
    let [a, b, c, d, e, f, g, h, i, j, score] = values[..] else {
        return Err(row.bad(format!("{} numbers after the image, expected 11", values.len())));
    };
    if !(0.0..=1.0).contains(&score) {
        return Err(row.bad(format!("the detector's score is {score}, expected 0 to 1")));
    }
    let points = Landmarks5([[a, b], [c, d], [e, f], [g, h], [i, j]]);
    Ok((FaceHints { points: Some(points), ..FaceHints::default() }, score as f32))
}

/// The two galleries and the probes; nothing if none of the three CSV files is there.
fn read_lists(
    set: IjbSet,
    dir: &Path,
    metadata: &Path,
    templates: &[TemplateSpec],
) -> Result<Vec<Vec<TemplateSpec>>, EvalError> {
    let [x, y] = set.galleries();
    let names = [format!("1N_gallery_{x}.csv"), format!("1N_gallery_{y}.csv"), "1N_probe_mixed.csv".to_owned()];
    let paths = names.map(|name| file(dir, set, &name));
    if !paths.iter().any(|p| p.exists()) {
        return Ok(vec![]);
    }
    let by_id: HashMap<u64, &TemplateSpec> = templates.iter().map(|t| (t.id, t)).collect();
    paths.iter().map(|path| read_list(path, metadata, &by_id)).collect()
}

fn read_list(
    path: &Path,
    metadata: &Path,
    by_id: &HashMap<u64, &TemplateSpec>,
) -> Result<Vec<TemplateSpec>, EvalError> {
    let mut list: Vec<TemplateSpec> = Vec::new();
    let mut places = HashMap::new();
    for row in Table::open(path, &["TEMPLATE_ID", "SUBJECT_ID"], ADVICE)?.rows() {
        let (id, subject) = (row.id("TEMPLATE_ID")?, row.id("SUBJECT_ID")?);
        let unknown = || EvalError::UnknownTemplate { at: row.at(), template: id, metadata: metadata.to_owned() };
        let known = by_id.get(&id).ok_or_else(unknown)?;
        let place = *places.entry(id).or_insert(list.len());
        if place == list.len() {
            list.push(TemplateSpec { subject, ..(*known).clone() });
        } else if list[place].subject != subject {
            let first = list[place].subject;
            return Err(EvalError::TwoSubjects { at: row.at(), template: id, first, second: subject });
        }
    }
    Ok(list)
}

/// The people of the CSV files if these name every compared template, else the groups that the labels make.
fn name_subjects(templates: &mut [TemplateSpec], lists: &[Vec<TemplateSpec>], pairs: &[(u32, u32)], labels: &[bool]) {
    let named: HashMap<u64, u64> = lists.iter().flatten().map(|t| (t.id, t.subject)).collect();
    let covered = templates.iter().all(|t| named.contains_key(&t.id));
    let by_label = if covered { vec![] } else { groups(templates.len(), pairs, labels) };
    for (i, template) in templates.iter_mut().enumerate() {
        template.subject = if covered { named[&template.id] } else { u64::from(by_label[i]) };
    }
}
