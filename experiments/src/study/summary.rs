//! What the results of every experiment say beside their rates: the data, its alignment, the rows' names, warnings.

use super::config::{Config, DataKind};
use super::quality::norm_bins;
use super::run::SeedRows;
use crate::report::{self, Alignment, Bound, DataInfo, NormBin, RowId};
use crate::row_name::{trained_name, RowName};
use anyhow::Result;
use l2face_head::{alpha_lower_bound, Alpha, HeadConfig};
use l2face_image::AlignPolicy;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const P: f64 = 0.9;

/// The lower bound of alpha for `classes` people.
///
/// # Errors
/// Too few people.
pub fn bound(classes: usize) -> Result<Bound> {
    Ok(Bound { classes, p: P, value: alpha_lower_bound(classes, P)? })
}

/// Who a row is.
///
/// # Errors
/// A name that is no row.
pub fn row_id(config: &Config, name: &str, classes: usize) -> Result<RowId> {
    let row: RowName = name.parse()?;
    let alpha = row.head.alpha();
    let alpha_trained = matches!(alpha, Some(Alpha::Trained(_)));
    let alpha = alpha.map(|alpha| alpha.start(classes)).transpose()?;
    let mut label = match (alpha, alpha_trained) {
        (None, _) => row.head.to_string(),
        (Some(_), true) => "alpha trained".to_string(),
        (Some(alpha), false) => format!("alpha {alpha}"),
    };
    if row.tpe {
        label += " + TPE";
    }
    Ok(RowId { name: name.to_string(), label, alpha, alpha_trained, learning_rate: config.learning_rate(name)? })
}

/// Norm against quality of row `index` over all seeds' faces; none where the quality is not known.
pub fn norm_quality<M>(seeds: &[SeedRows<M>], index: usize) -> Option<Vec<NormBin>> {
    let mut pairs = vec![];
    for seed in seeds {
        let quality = seed.faces.quality.as_ref()?;
        pairs.extend(quality.iter().zip(&seed.rows[index].norms).filter_map(|(q, n)| Some((*q, (*n)?))));
    }
    Some(norm_bins(&pairs))
}

/// What an experiment calls its data.
pub struct DataNames<'a> {
    /// The generated test faces.
    pub generated: &'a str,
    /// What is to be known of them.
    pub statement: &'a str,
    /// The user's folder of test faces.
    pub folder: &'a Option<PathBuf>,
}

/// What was trained and tested on.
pub fn data_info<M>(config: &Config, seeds: &[SeedRows<M>], names: &DataNames<'_>, command: &str) -> DataInfo {
    let faces = &seeds[0].faces;
    let generated = config.data.kind == DataKind::Generated;
    let name = |path: &Option<PathBuf>| path.as_ref().map_or(String::new(), |p| p.display().to_string());
    let pick = |generated_name: &str, path| if generated { generated_name.to_string() } else { name(path) };
    DataInfo {
        kind: if generated { report::DataKind::Generated } else { report::DataKind::Real },
        name: pick(names.generated, names.folder),
        train_name: pick("generated faces of other people", &config.data.train),
        train_people: faces.train_people,
        train_images: faces.train_images,
        eval_faces: faces.test_faces,
        seeds: config.seeds.clone(),
        selection_seed: config.rates_chosen_on_seed(),
        statement: if generated { names.statement.to_string() } else { statement(config) },
        command: command.to_string(),
    }
}

fn statement(config: &Config) -> String {
    let training = match config.data.landmarks.len() {
        0 => "training photographs were taken whole".to_string(),
        files => format!("training photographs were aligned by {files} landmark file(s)"),
    };
    format!(
        "These are the photographs of the named folders; {training}, test faces by {}. A rate is comparable \
         with a published one only on the same protocol, the same training set and the same alignment.",
        test_alignment(config)
    )
}

fn test_alignment(config: &Config) -> String {
    let policy = config.data.align;
    match config.data.detector {
        Some(_) => format!("MTCNN's points, and where it found no face by the policy \"{policy}\""),
        None => format!("the policy \"{policy}\""),
    }
}

/// The seeds whose faces differ: all of generated ones, one of real ones.
pub fn worlds<'a, M>(config: &Config, seeds: &'a [SeedRows<M>]) -> &'a [SeedRows<M>] {
    match config.data.kind {
        DataKind::Generated => seeds,
        DataKind::Real => &seeds[..1],
    }
}

/// How faces were aligned, over [`worlds`].
pub fn alignment<M>(seeds: &[SeedRows<M>]) -> Alignment {
    let mut all = Alignment::default();
    for faces in seeds.iter().map(|s| &s.faces) {
        add(&mut all.train, &faces.train_sources);
        add(&mut all.eval, &faces.test_sources);
        all.rejected_points += faces.rejected;
        all.dropped_train += faces.dropped_train;
        all.dropped_eval += faces.dropped_test;
    }
    all
}

fn add(total: &mut BTreeMap<String, usize>, counts: &BTreeMap<String, usize>) {
    for (source, count) in counts {
        *total.entry(source.clone()).or_default() += count;
    }
}

/// What the reader must know of heads and alignment.
///
/// # Errors
/// A row that is none.
pub fn warnings(config: &Config, classes: usize) -> Result<Vec<String>> {
    let mut all = vec![];
    let networks: BTreeSet<&str> = config.rows.iter().map(|row| trained_name(row)).collect();
    for name in networks {
        let head: HeadConfig = name.parse()?;
        all.extend(head.check(config.model.embedding(), classes)?.iter().map(|w| format!("{name}: {w}")));
    }
    if config.data.kind == DataKind::Real && config.data.landmarks.is_empty() {
        all.push("No --landmarks: training photographs were taken whole, as if they were aligned already".into());
    }
    if config.data.kind == DataKind::Real && !matches!(config.data.align, AlignPolicy::Auto | AlignPolicy::Landmarks) {
        let policy = config.data.align;
        all.push(format!(
            "Test faces were aligned by --align {policy}, training photographs by landmarks: crops may differ"
        ));
    }
    Ok(all)
}
