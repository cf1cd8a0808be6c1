//! TPE within the evaluation of IJB-A.

use std::path::PathBuf;

use l2face_eval::{
    evaluate, evaluate_with, pool, Embeddings, EvalError, Face, IjbA, IjbaResult, Pooling, Search, Split, TemplateSpec,
    Tpe, TpeConfig, TpeError, Verification,
};
use l2face_image::FaceHints;
use l2face_metrics::{FarMode, ScoreSet};

use crate::made_up::uniform;

const COLS: usize = 24;
const PEOPLE: u64 = 70;
const TRAINED: u64 = 40;

/// Faces of a person: two stills and a video of two frames, in two templates.
const FACES: u32 = 6;

fn template(person: u64, id: u64, media: &[&[u32]]) -> TemplateSpec {
    let face = |f: &u32| person as u32 * FACES + f;
    TemplateSpec { id, subject: person, media: media.iter().map(|m| m.iter().map(face).collect()).collect() }
}

/// One split: people up to [`TRAINED`] in one template each, the others compared; every third of these is not in the gallery.
fn protocol() -> IjbA {
    let train: Vec<TemplateSpec> = (0..TRAINED).map(|p| template(p, p, &[&[0], &[1], &[2, 3], &[4], &[5]])).collect();
    let tested = || TRAINED..PEOPLE;
    let gallery = |p| template(p, 100 + p, &[&[0], &[2, 3]]);
    let probe = |p| template(p, 200 + p, &[&[1], &[4]]);
    let templates: Vec<TemplateSpec> = tested().map(gallery).chain(tested().map(probe)).collect();
    let n = templates.len() as u32;
    let pairs = (0..n / 2).flat_map(|a| (n / 2..n).map(move |b| (a, b))).collect();
    let face = |i: u64| Face {
        file: format!("img/{i}.jpg"),
        path: PathBuf::from(format!("img/{i}.jpg")),
        hints: FaceHints::default(),
        at: format!("made up:{i}"),
    };
    let verify = Verification { train: train.clone(), templates, pairs };
    let again = train.iter().map(|t| TemplateSpec { id: t.id + 1000, ..t.clone() }).collect();
    let search = Search {
        train: again,
        gallery: tested().filter(|p| p % 3 > 0).map(gallery).collect(),
        probes: tested().map(probe).collect(),
    };
    let splits = vec![Split { index: 1, verify, search }];
    let faces = (0..PEOPLE * u64::from(FACES)).map(face).collect();
    IjbA { root: PathBuf::new(), faces, splits, repeated_rows: 0, repeated_pairs: 0 }
}

/// The person in half of the numbers, the moment, which is louder, in the other half; the last face of every person is absent.
fn embeddings(protocol: &IjbA) -> Embeddings {
    let mut all = Embeddings::new(protocol.faces.len(), COLS);
    for i in (0..protocol.faces.len() as u64).filter(|i| i % u64::from(FACES) != 5) {
        let number = |d: u64| match d < COLS as u64 / 2 {
            true => uniform(i / u64::from(FACES), d) - 0.5 + 0.3 * (uniform(10_000 + i, d) - 0.5),
            false => 2.0 * (uniform(10_000 + i, d) - 0.5),
        };
        let vector: Vec<f32> = (0..COLS as u64).map(|d| number(d) as f32).collect();
        all.set(i as usize, &vector).unwrap();
    }
    all
}

fn config() -> TpeConfig {
    TpeConfig { dim: 12, batch: 50, ..TpeConfig::default() }
}

fn with_tpe(protocol: &IjbA) -> Result<IjbaResult, EvalError> {
    evaluate_with(protocol, &embeddings(protocol), &Pooling::default(), Some(&config()))
}

#[test]
fn without_a_configuration_nothing_changes() {
    let protocol = protocol();
    let e = embeddings(&protocol);
    let plain = evaluate(&protocol, &e, &Pooling::default()).unwrap();
    assert_eq!(evaluate_with(&protocol, &e, &Pooling::default(), None).unwrap(), plain);
    assert!(!serde_json::to_string(&plain).unwrap().contains("tpe"));
}

/// All again by hand: media of the training part, fit, apply, cosines, rates.
#[test]
fn rates_are_those_of_embedded_templates() {
    let protocol = protocol();
    let (e, split) = (embeddings(&protocol), &protocol.splits[0]);
    let (mut vectors, mut labels) = (vec![], vec![]);
    for person in &split.verify.train {
        for medium in &person.media[..4] {
            let one = TemplateSpec { media: vec![medium.clone()], ..person.clone() };
            vectors.push(pool(&one, &e, &Pooling::default()).unwrap().unwrap().vector);
            labels.push(person.subject);
        }
    }
    let tpe = Tpe::fit(&vectors, &labels, &config()).unwrap();
    let embed = |t: &TemplateSpec| {
        let pooled = pool(t, &e, &Pooling::default()).unwrap().unwrap();
        tpe.apply(&pooled.vector.iter().map(|x| *x as f32).collect::<Vec<_>>()).unwrap()
    };
    let embedded: Vec<Vec<f32>> = split.verify.templates.iter().map(embed).collect();
    let (mut genuine, mut impostor) = (vec![], vec![]);
    for &(a, b) in &split.verify.pairs {
        let pair = embedded[a as usize].iter().zip(&embedded[b as usize]);
        let score = pair.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
        if split.verify.is_genuine((a, b)) { &mut genuine } else { &mut impostor }.push(score);
    }
    let set = ScoreSet::new(genuine, impostor).unwrap();
    let result = with_tpe(&protocol).unwrap();
    for row in &result.splits[0].verify.tar {
        let want = set.tar_at_far(row.far, FarMode::Conservative).unwrap();
        assert!((row.threshold - want.threshold).abs() < 1e-5, "{} and {}", row.threshold, want.threshold);
        assert_eq!(row.conservative, want.tar);
    }
    let plain = evaluate(&protocol, &e, &Pooling::default()).unwrap();
    let tar = |r: &IjbaResult| r.summary.tar[2].conservative.mean;
    let rank = |r: &IjbaResult| r.summary.ranks[0].rate.mean;
    println!(
        "TAR at FAR 1e-2 {:.3} to {:.3}, rank-1 {:.3} to {:.3}",
        tar(&plain),
        tar(&result),
        rank(&plain),
        rank(&result)
    );
    assert!(tar(&result) > tar(&plain) + 0.2 && rank(&result) > rank(&plain));
    assert_eq!(result.tpe, Some(config()));
    assert_eq!(result.norm_bins.bins[0].low, plain.norm_bins.bins[0].low, "feature norms stay the network's");
}

#[test]
fn a_medium_in_two_templates_of_a_person_counts_once() {
    let mut protocol = protocol();
    let plain = with_tpe(&protocol).unwrap();
    let train = &mut protocol.splits[0].verify.train;
    let again: Vec<TemplateSpec> = train.iter().map(|t| TemplateSpec { id: t.id + 5000, ..t.clone() }).collect();
    train.extend(again);
    assert_eq!(with_tpe(&protocol).unwrap(), plain);
}

#[test]
fn either_half_uses_its_own_training_part() {
    let mut protocol = protocol();
    let plain = with_tpe(&protocol).unwrap();
    protocol.splits[0].search.train.truncate(20);
    let other = with_tpe(&protocol).unwrap();
    assert_eq!(other.splits[0].verify, plain.splits[0].verify);
    assert_ne!(other.splits[0].search, plain.splits[0].search);
}

#[test]
fn training_parts_that_cannot_be_used() {
    let broken = |change: &dyn Fn(&mut Split)| {
        let mut protocol = protocol();
        change(&mut protocol.splits[0]);
        let error = with_tpe(&protocol).unwrap_err();
        let text = error.to_string();
        (error, text)
    };
    let (error, text) = broken(&|s| s.search.train.truncate(1));
    assert!(
        matches!(error, EvalError::Tpe { split: 1, what: "1:N", source: TpeError::TooFewPeople { people: 1 } }),
        "{text}"
    );
    assert!(text.starts_with("split 1, training part of 1:N: TPE: the training vectors are of 1 people"), "{text}");
    let (_, text) = broken(&|s| s.verify.train.iter_mut().for_each(|t| t.media.truncate(1)));
    assert!(text.contains("training part of 1:1: TPE: each of 40 training people has one vector"), "{text}");
    let (_, text) = broken(&|s| s.verify.train.clear());
    assert!(text.contains("of 0 people"), "{text}");
    let (error, text) = broken(&|s| s.verify.train[3].subject = TRAINED + 5);
    assert!(matches!(error, EvalError::TrainedAndTested { subject: 45, what: "1:1", .. }), "{text}");
    assert!(text.contains("subject 45 is in train_1.csv and among the tested"), "{text}");
    let (error, _) = broken(&|s| s.search.train[3].subject = TRAINED + 5);
    assert!(matches!(error, EvalError::TrainedAndTested { subject: 45, what: "1:N", .. }));
}
