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
    draw: for<'a> fn(&'a Results, &Area<'a>) -> Drawn,
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
        height: 980,
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
    Kind {
        file: "loss.svg",
        caption: "Training loss, smoothed, of the first seed. The losses of different alphas have \
            different floors and are not to be compared with one another.",
        height: 900,
        has_data: loss::has_data,
        draw: loss::draw,
    },
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
    let mut svg = String::new();
    {
        let size = (canvas::WIDTH, kind.height);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let drawn = (kind.draw)(results, &area).and_then(|()| Ok(area.present()?));
        drawn.map_err(|e| anyhow!("cannot draw {}: {e}", kind.file))?;
    }
    Ok(Plot { file: kind.file, caption: kind.caption, svg })
}
