//! What all protocols share: faces, templates, comparisons, searches.

mod counts;
mod faces;
mod images;
mod pairs;
mod templates;

use std::path::{Path, PathBuf};

use l2face_image::FaceHints;

pub use counts::{Count, Counts};
pub(crate) use faces::{bbox, point, FaceTable, FACE_COLUMNS};
pub(crate) use images::{check as check_images, plain_relative};
pub(crate) use pairs::{not_itself, repeated_pairs};
pub(crate) use templates::{read_templates, TemplateColumns};

/// A face of the protocol, to be embedded once whatever the number of templates it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// The image as the protocol writes it, such as `img/8565.jpg` or `frame/2450_00045.png`.
    pub file: String,
    /// Where it is on disk: for IJB files `frame/` or `frames/`, the extension in any letter case. Whether it exists is for
    /// `check_images` of the protocol to say.
    pub path: PathBuf,
    /// The protocol's box and points, in pixels of the image; `points` is `None` unless the protocol or a
    /// [`LandmarkIndex`](crate::LandmarkIndex) has five.
    pub hints: FaceHints,
    /// The first `file:line` that names it.
    pub at: String,
}

/// A template: photographs and video frames of one person, used as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSpec {
    /// TEMPLATE_ID, or a running number where the protocol has none.
    pub id: u64,
    /// SUBJECT_ID, or a running number where the protocol has none.
    pub subject: u64,
    /// Indices into the protocol's faces, grouped by medium: one group per still, one per video.
    pub media: Vec<Vec<u32>>,
}

/// 1:1: which templates are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Templates one may adapt to, of people who are not tested; empty where the protocol has none.
    pub train: Vec<TemplateSpec>,
    /// Templates that are compared.
    pub templates: Vec<TemplateSpec>,
    /// Comparisons: indices into `templates`. Genuine iff both have one subject.
    pub pairs: Vec<(u32, u32)>,
}

impl Verification {
    /// Whether comparison `(a, b)` is of one person.
    ///
    /// # Panics
    /// If an index is out of range.
    pub fn is_genuine(&self, (a, b): (u32, u32)) -> bool {
        self.templates[a as usize].subject == self.templates[b as usize].subject
    }
}

/// 1:N: a gallery and those who are searched for in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Templates one may adapt to; empty where the protocol has none.
    pub train: Vec<TemplateSpec>,
    /// The enrolled.
    pub gallery: Vec<TemplateSpec>,
    /// The probes. Mated iff the subject is in the gallery.
    pub probes: Vec<TemplateSpec>,
}

/// The first of `folders` that is a folder under `root`, else `root`.
pub(crate) fn folder_or_root(root: &Path, folders: &[&str]) -> PathBuf {
    folders.iter().map(|f| root.join(f)).find(|p| p.is_dir()).unwrap_or_else(|| root.to_owned())
}
