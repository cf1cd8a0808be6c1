//! The whole evaluation: protocol, crops, embeddings, rates.
use super::align::{Align, Aligner, CROPS};
use super::bin;
use super::cli::{Args, Set};
use super::embedder::{Embedder, NETWORK};
use super::features::{embed, Embedded, Job};
use super::load::{load, Loaded, Protocol};
use super::plots::plots;
use super::results::{Model, Results, SCHEMA};
use crate::folds::by_identity;
use crate::{files, folds, report};
use anyhow::{ensure, Result};
use l2face_eval::{
    evaluate_by, evaluate_ijbbc_by, legacy_insightface_1n, score_folds, score_ijba, Counts, Det, FailurePolicy, Flip,
    FoldProtocol, FoldScores, IjbBc, IjbLayout, Pool, Pooling, TpeConfig, FARS, IJBBC_FARS,
};
use std::path::{Path, PathBuf};

/// Evaluates, and writes results.json, report.md, report.html, plots and scores.json (scores.safetensors of more than a million pairs) into `--out`.
///
/// # Errors
/// Bad data, a bad model, a device that fails, an `--out` that cannot be written.
pub fn run(args: &Args) -> Result<Results> {
    ensure!(args.batch > 0, "--batch 0: at least 1");
    ensure!(!args.tpe || args.set == Set::Ijba, "--tpe is for ijba: it is trained on each split's training part");
    ensure!(
        !args.legacy_insightface_1n || matches!(args.set, Set::Ijbb | Set::Ijbc),
        "--legacy-insightface-1n is for ijbb and ijbc"
    );
    let Loaded { protocol, training } = load(args)?;
    let device = crate::device::choose(&args.device)?;
    let embedder = Embedder::open_framed(&args.model, &args.which, args.preproc, args.framing, &device)?;
    let target = embedder.preproc.target;
    let centre = args.failures == FailurePolicy::CentreCrop;
    let aligner = Aligner::new(args.align, args.detector.as_deref(), target, centre)?.antialias(embedder.antialias);
    let mut results = empty(args, &embedder);
    let folder = cache(args, fingerprint(args, &protocol)?, &embedder)?;
    let job = Job { embedder: &embedder, batch: args.batch, mirrored: args.pool.flip != Flip::None, folder: &folder };
    let faces = protocol.faces();
    let embedded = match &protocol {
        Protocol::Bin(file) => embed(&job, file.images(), |range| bin::crops(file, range, &target))?,
        _ => embed(&job, faces.len(), |range| aligner.crops(&faces[range]))?,
    };
    results.sources.clone_from(&embedded.sources);
    ensure!(
        embedded.scored() || protocol.scored() || !weighs_scores(&args.pool),
        "--pool {} weighs faces by a detector's scores, and there are none: --align detect finds them, --landmarks CSV brings its det_score",
        args.pool
    );
    let training = training.map(|list| score_training(args, &list, &job, &aligner)).transpose()?;
    rate(args, &protocol, training.as_ref(), &embedded, &mut results)?;
    write(&results, &args.out)?;
    Ok(results)
}

fn weighs_scores(pooling: &Pooling) -> bool {
    pooling.det == Det::On || matches!(pooling.pool, Pool::Quality { .. })
}

fn empty(args: &Args, embedder: &Embedder) -> Results {
    Results {
        schema: SCHEMA.into(),
        set: args.set,
        command: args.command(),
        model: Model {
            file: args.model.display().to_string(),
            sha256: embedder.sha256.clone(),
            weights: Some(embedder.weights.clone()),
            input: embedder.preproc,
            antialias: Some(embedder.antialias),
            embedding: embedder.dim,
        },
        align: args.align.to_string(),
        pooling: args.pool,
        mode: args.mode,
        failures: args.failures,
        scores: None,
        sources: Default::default(),
        warnings: vec![],
        accuracy: None,
        folds: None,
        by_identity: vec![],
        ijba: None,
        ijba_tpe: None,
        ijbbc: None,
        legacy_insightface_1n: None,
    }
}

/// The scores of the list that a threshold is chosen on.
fn score_training(args: &Args, list: &FoldProtocol, job: &Job<'_>, aligner: &Aligner) -> Result<FoldScores> {
    let folder = cache(args, crate::hash::faces(&list.faces)?, job.embedder)?;
    let job = Job { folder: &folder, ..*job };
    let embedded = embed(&job, list.faces.len(), |range| aligner.crops(&list.faces[range]))?;
    Ok(score_folds(list, embedded.features(None, args.failures), &args.pool)?)
}

/// What tells a protocol's faces from others.
fn fingerprint(args: &Args, protocol: &Protocol) -> Result<String> {
    match protocol {
        Protocol::Bin(_) => crate::hash::file(&args.data),
        _ => crate::hash::faces(protocol.faces()),
    }
}

/// The folder of embeddings: one for each model, preprocessing, way of aligning and list of faces.
fn cache(args: &Args, faces: String, embedder: &Embedder) -> Result<PathBuf> {
    let detector = args.detector.as_ref().map(|path| crate::hash::path(path)).transpose()?;
    let key = (
        (CROPS, NETWORK),
        (&embedder.sha256, &embedder.network),
        embedder.preproc,
        embedder.antialias,
        args.align.to_string(),
        detector,
        args.pool.flip != Flip::None,
        args.failures == FailurePolicy::CentreCrop,
        faces,
    );
    Ok(args.cache.join(&crate::hash::of(&key)?[..16]))
}

fn rate(
    args: &Args,
    protocol: &Protocol,
    training: Option<&FoldScores>,
    embedded: &Embedded,
    results: &mut Results,
) -> Result<()> {
    let features = embedded.features(None, args.failures);
    let counts = match protocol {
        Protocol::Folds(pairs) => in_folds(args, pairs, training, embedded, results)?,
        Protocol::Bin(file) => in_folds(args, &bin::protocol(&args.data, file)?, None, embedded, results)?,
        Protocol::IjbA(protocol) => {
            let scores = score_ijba(protocol, features, &args.pool)?;
            results.by_identity = by_identity(&scores, &FARS)?;
            results.scores = Some(write_scores(args, &scores)?);
            let table = |tpe: Option<&TpeConfig>| evaluate_by(protocol, features, &args.pool, tpe, args.mode);
            results.ijba = Some(table(None)?);
            results.ijba_tpe = args.tpe.then(|| table(Some(&TpeConfig::default()))).transpose()?;
            protocol.counts()
        }
        Protocol::IjbBc(protocol) => {
            let features = embedded.features(protocol.det_scores.as_deref(), args.failures);
            let (result, scores) = evaluate_ijbbc_by(protocol, features, &args.pool, args.mode)?;
            if named(protocol) {
                results.by_identity = by_identity(&scores, &IJBBC_FARS)?;
            }
            results.scores = Some(write_scores(args, &scores)?);
            let counts = result.counts.clone();
            results.ijbbc = Some(Box::new(result));
            let legacy = || legacy_insightface_1n(protocol, features, &args.pool);
            results.legacy_insightface_1n = args.legacy_insightface_1n.then(legacy).transpose()?;
            counts
        }
    };
    results.warnings = counts.warnings();
    Ok(())
}

fn in_folds(
    args: &Args,
    protocol: &FoldProtocol,
    training: Option<&FoldScores>,
    embedded: &Embedded,
    results: &mut Results,
) -> Result<Counts> {
    let scores = score_folds(protocol, embedded.features(None, args.failures), &args.pool)?;
    results.accuracy = Some(match training {
        Some(training) => folds::train_test(training, &scores, args.accuracy)?,
        None => folds::accuracy(&scores, args.accuracy)?,
    });
    results.folds = Some(folds::rates(&scores, args.mode)?);
    if args.set != Set::Bin {
        results.by_identity = by_identity(&scores, &folds::FARS)?;
    }
    results.scores = Some(write_scores(args, &scores)?);
    Ok(protocol.counts.clone())
}

/// Whether templates carry the identities of people: InsightFace's layout without 1:N has none.
fn named(protocol: &IjbBc) -> bool {
    protocol.layout != IjbLayout::Insightface || !protocol.searches.is_empty()
}

/// The SHA-256 of the file.
fn write_scores(args: &Args, scores: &FoldScores) -> Result<String> {
    files::folder(&args.out)?;
    super::scores::write(&args.out, scores)
}

/// Writes results.json, report.md, report.html and plots into a folder.
///
/// # Errors
/// A plot that cannot be drawn, a folder that cannot be written.
pub fn write(results: &Results, out: &Path) -> Result<()> {
    let plots = plots(results)?;
    report::write_pages(out, &plots, &super::markdown(results), &super::html(results, &plots), &report::json(results)?)
}

impl std::fmt::Display for Align {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(policy) => write!(f, "{policy}"),
            Self::Detect => f.write_str("detect"),
            Self::Whole => f.write_str("whole"),
        }
    }
}
