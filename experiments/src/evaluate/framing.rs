//! The template and the origin of a crop, where a model does not say its own.
use anyhow::{ensure, Result};
use clap::Args;
use l2face_image::{CropTarget, Origin, Template};
use std::fmt::Display;

/// How a network's crops lie, where its file does not say it: ONNX files of others, bare weights. A model that says it is not contradicted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
pub struct Framing {
    /// The template of the network's crops: arc112, wide-96x112 or arc128; without it the usual one of its size. Only for a model that does
    /// not say it.
    #[arg(long, value_name = "NAME", value_parser = template)]
    pub template: Option<Template>,
    /// What the template calls the centre of a crop's first pixel: insightface (0), matlab (1; center loss, SphereFace). Only for a model that
    /// does not say it.
    #[arg(long, value_name = "insightface|matlab", value_parser = origin)]
    pub origin: Option<Origin>,
}

impl Framing {
    /// That of a crop.
    pub fn of(target: &CropTarget) -> Self {
        Self { template: Some(target.template), origin: Some(target.origin) }
    }

    /// What is given here, and else what is given there.
    pub fn or(self, other: Self) -> Self {
        Self { template: self.template.or(other.template), origin: self.origin.or(other.origin) }
    }

    /// The crop of a network of this size; what is not given is that of `usual`.
    ///
    /// # Errors
    /// A size that is not in the template's proportion; without a template an error of `usual`.
    pub(super) fn target(self, (width, height): (usize, usize), usual: Result<CropTarget>) -> Result<CropTarget> {
        let origin = self.origin.or(usual.as_ref().ok().map(|target| target.origin)).unwrap_or_default();
        let target = match self.template {
            Some(template) => CropTarget::new(template, width, height)?,
            None => usual?,
        };
        Ok(target.with_origin(origin))
    }

    /// The crop that a model states, unless another one is asked for.
    ///
    /// # Errors
    /// One is.
    pub(super) fn check(self, name: &str, own: CropTarget) -> Result<CropTarget> {
        let asked = CropTarget { template: self.template.unwrap_or(own.template), ..own };
        let asked = self.origin.map_or(asked, |origin| asked.with_origin(origin));
        ensure!(
            asked == own,
            "{name} says itself that its crops are `{}`, not `{}`: leave --template and --origin out",
            own.framing(),
            asked.framing()
        );
        Ok(own)
    }
}

fn template(text: &str) -> Result<Template, String> {
    one_of([Template::Arc112, Template::Wide96x112, Template::Arc128], text)
}

fn origin(text: &str) -> Result<Origin, String> {
    one_of([Origin::Insightface, Origin::Matlab], text)
}

fn one_of<T: Copy + Display, const N: usize>(all: [T; N], text: &str) -> Result<T, String> {
    let names = || all.map(|one| one.to_string()).join(", ");
    all.into_iter().find(|one| one.to_string() == text).ok_or_else(|| format!("`{text}` is none of {}", names()))
}
