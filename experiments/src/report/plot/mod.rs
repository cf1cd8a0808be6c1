//! The plots, as SVG. No font is read: the texts are SVG text in the reader's sans-serif.

mod alpha;
mod canvas;
mod legend;
mod loss;
mod norm;
mod roc;
mod style;

use anyhow::{anyhow, Result};
use plotters::prelude::*;

use self::canvas::{Area, Drawn};
use super::schema::Results;

pub use self::loss::LossCurve;
pub use self::roc::RocCurve;
pub use self::style::{looks, Look};

const ROC_HEIGHT: u32 = 980;
const LOSS_HEIGHT: u32 = 900;
const LOSS_CAPTION: &str = "Training loss, smoothed, of the first seed. The losses of different alphas have \
    different floors and are not to be compared with one another.";

/// One plot of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// The file below `plots/`.
    pub file: &'static str,
    /// What the plot shows, in a sentence or two.
    pub caption: &'static str,
    /// The picture.
    pub svg: String,
}

/// A plot that may be drawn of results.
pub(super) struct Kind {
    pub file: &'static str,
    pub caption: &'static str,
    height: u32,
    has_data: fn(&Results) -> bool,
    draw: fn(&Results, &Area<'_>) -> Drawn,
}

impl Kind {
    /// Whether the results hold what the plot shows.
    pub(super) fn has_data(&self, results: &Results) -> bool {
        (self.has_data)(results)
    }
}

/// All plots, in the order of the page.
pub(super) const PLOTS: [Kind; 4] = [
    Kind {
        file: "roc.svg",
        caption: "ROC of every row: the mean over seeds and splits, and one standard deviation over \
            the splits on either side. Beside the names: the rate at the lowest FAR drawn.",
        height: ROC_HEIGHT,
        has_data: |r| !r.rows.is_empty(),
        draw: roc::draw,
    },
    Kind {
        file: "tar_alpha.svg",
        caption: "TAR against alpha at each FAR (conservative mode). Bars and the grey band are one \
            standard deviation over the splits. A trained alpha stands at its final value.",
        height: 1240,
        has_data: alpha::has_data,
        draw: alpha::draw,
    },
    Kind {
        file: "norm_quality.svg",
        caption: "Feature norm before any normalisation against the quality of the face: the mean, \
            and the range from the lower to the upper quartile.",
        height: 800,
        has_data: norm::has_data,
        draw: norm::draw,
    },
    Kind { file: "loss.svg", caption: LOSS_CAPTION, height: LOSS_HEIGHT, has_data: loss::has_data, draw: loss::draw },
];

/// Draws every plot that the results have the numbers for.
///
/// # Errors
/// Results that [`Results::check`] refuses, or a failure of the drawing library.
pub fn plots(results: &Results) -> Result<Vec<Plot>> {
    results.check()?;
    let wanted = PLOTS.iter().filter(|p| p.has_data(results));
    wanted.map(|p| plot(p, results)).collect()
}

fn plot(kind: &Kind, results: &Results) -> Result<Plot> {
    drawn(kind.file, kind.caption, kind.height, |area| (kind.draw)(results, area))
}

/// The ROC of curves that are no rows of [`Results`]; `caption` says what the bands are.
///
/// # Errors
/// A failure of the drawing library.
pub fn roc_plot(curves: &[RocCurve], caption: &'static str) -> Result<Plot> {
    drawn("roc.svg", caption, ROC_HEIGHT, |area| roc::draw_curves(curves, area))
}

/// The losses of trainings that are no rows of [`Results`].
///
/// # Errors
/// A failure of the drawing library.
pub fn loss_plot(curves: &[LossCurve]) -> Result<Plot> {
    drawn("loss.svg", LOSS_CAPTION, LOSS_HEIGHT, |area| loss::draw_curves(curves, area))
}

fn drawn(
    file: &'static str,
    caption: &'static str,
    height: u32,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<Plot> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (canvas::WIDTH, height)).into_drawing_area();
        let drawn = draw(&area).and_then(|()| Ok(area.present()?));
        drawn.map_err(|e| anyhow!("cannot draw {file}: {e}"))?;
    }
    Ok(Plot { file, caption, svg })
}
