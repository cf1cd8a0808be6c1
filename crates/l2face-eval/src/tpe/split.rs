//! The embeddings of a split, trained on its training part.

use std::collections::{BTreeSet, HashSet};

use super::{Tpe, TpeConfig};
use crate::{EvalError, Pooled, Pooler, Split, TemplateSpec};

/// One map for 1:1 and one for 1:N, each from the training part of its own half of the protocol. Without a configuration both
/// leave templates as they are.
pub(crate) struct SplitTpe {
    verify: Option<Tpe>,
    search: Option<Tpe>,
}

/// What a map is trained on.
#[derive(PartialEq)]
struct Training {
    vectors: Vec<Vec<f64>>,
    labels: Vec<u64>,
}

impl SplitTpe {
    /// Trains both maps; only one where both training parts hold the same media of the same people, as in IJB-A's release.
    pub fn fit(split: &Split, pooler: &Pooler<'_>, config: Option<&TpeConfig>) -> Result<Self, EvalError> {
        let Some(config) = config else { return Ok(Self { verify: None, search: None }) };
        let (one, many) = (&split.verify, &split.search);
        apart(split, "1:1", &one.train, &[&one.templates])?;
        apart(split, "1:N", &many.train, &[&many.gallery, &many.probes])?;
        let (one, many) = (media(&one.train, pooler), media(&many.train, pooler));
        let fit = |what, t: &Training| {
            let tpe = Tpe::fit(&t.vectors, &t.labels, config);
            tpe.map_err(|source| EvalError::Tpe { split: split.index, what, source })
        };
        let verify = fit("1:1", &one)?;
        let search = if many == one { verify.clone() } else { fit("1:N", &many)? };
        Ok(Self { verify: Some(verify), search: Some(search) })
    }

    /// The templates of 1:1.
    pub fn verify(&self, templates: Vec<Option<Pooled>>) -> Vec<Option<Pooled>> {
        embed(self.verify.as_ref(), templates)
    }

    /// Gallery or probes of 1:N.
    pub fn search(&self, templates: Vec<Option<Pooled>>) -> Vec<Option<Pooled>> {
        embed(self.search.as_ref(), templates)
    }
}

fn embed(tpe: Option<&Tpe>, templates: Vec<Option<Pooled>>) -> Vec<Option<Pooled>> {
    match tpe {
        Some(tpe) => templates.into_iter().map(|t| tpe.apply_pooled(t?)).collect(),
        None => templates,
    }
}

/// Nobody may be trained on and tested.
fn apart(
    split: &Split,
    what: &'static str,
    train: &[TemplateSpec],
    tested: &[&[TemplateSpec]],
) -> Result<(), EvalError> {
    let trained: HashSet<u64> = train.iter().map(|t| t.subject).collect();
    match tested.iter().flat_map(|list| list.iter()).find(|t| trained.contains(&t.subject)) {
        Some(t) => Err(EvalError::TrainedAndTested { split: split.index, what, subject: t.subject }),
        None => Ok(()),
    }
}

/// One vector for each medium of each person: a photograph, or the mean over a video's frames, at unit length. (In IJB-A's training
/// parts a person may have a single template, so templates would make no positive pairs.) A medium that occurs in several of a
/// person's templates is taken once; media without a usable face are left out.
fn media(train: &[TemplateSpec], pooler: &Pooler<'_>) -> Training {
    let mut seen = BTreeSet::new();
    let mut specs = Vec::new();
    for template in train {
        for medium in &template.media {
            if seen.insert((template.subject, medium)) {
                specs.push(TemplateSpec { media: vec![medium.clone()], ..*template });
            }
        }
    }
    let pooled = pooler.pool_all(&specs).into_iter().zip(&specs);
    let (vectors, labels) = pooled.filter_map(|(p, s)| Some((p?.vector, s.subject))).unzip();
    Training { vectors, labels }
}
