//! A video's folder to faces.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use l2face_image::FaceHints;
use serde::{Deserialize, Serialize};

use super::{boxes, natural, person_folder, relative};
use crate::protocol::Face;
use crate::EvalError;

const NAMED: usize = 5;
const EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];

/// Which pictures of the release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YtfImages {
    /// `aligned_images_DB`: cut around the face, its box grown 2.2 times, and turned upright by the authors.
    #[default]
    Aligned,
    /// `frame_images_DB`: whole frames; the box comes from `<Name>.labeled_faces.txt`.
    Frames,
}

impl YtfImages {
    /// The folder's name.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Aligned => "aligned_images_DB",
            Self::Frames => "frame_images_DB",
        }
    }
}

pub(super) struct VideoFolder {
    root: PathBuf,
    images: YtfImages,
    max_frames: Option<usize>,
    /// The boxes of the people met so far, by file as in a face's `file`.
    boxes: HashMap<String, boxes::Boxes>,
    empty: Vec<String>,
}

impl VideoFolder {
    pub fn new(root: &Path, images: YtfImages, max_frames: Option<usize>) -> Self {
        Self { root: root.to_owned(), images, max_frames, boxes: HashMap::new(), empty: Vec::new() }
    }

    /// The frames of a video; one without any is remembered for [`Self::check`].
    pub fn faces(&mut self, name: &str, number: u32, at: &str) -> Result<Vec<Face>, EvalError> {
        let number = number.to_string();
        let folder = person_folder(&self.root, self.images, name).join(&number);
        let mut names = list(&folder);
        names.sort_by(|a, b| natural::compare(a, b));
        if names.is_empty() {
            self.empty.push(format!("{} ({at})", relative(&[self.images.folder(), name, &number])));
            return Ok(vec![]);
        }
        let names = spaced(names, self.max_frames);
        names.into_iter().map(|frame| self.face(&folder, name, &number, &frame, at)).collect()
    }

    fn face(&mut self, folder: &Path, name: &str, video: &str, frame: &str, at: &str) -> Result<Face, EvalError> {
        let bbox = match self.images {
            YtfImages::Aligned => None,
            YtfImages::Frames => self.boxes_of(name)?.get(&(video.to_owned(), frame.to_owned())).copied(),
        };
        Ok(Face {
            file: relative(&[self.images.folder(), name, video, frame]),
            path: folder.join(frame),
            hints: FaceHints { bbox, ..FaceHints::default() },
            at: at.to_owned(),
        })
    }

    fn boxes_of(&mut self, name: &str) -> Result<&boxes::Boxes, EvalError> {
        if !self.boxes.contains_key(name) {
            let folder = self.root.join(self.images.folder());
            let file = format!("{name}.labeled_faces.txt");
            let beside = person_folder(&self.root, self.images, name).join(&file);
            let path = if beside.is_file() { beside } else { folder.join(file) };
            self.boxes.insert(name.to_owned(), boxes::read(&path)?);
        }
        Ok(&self.boxes[name])
    }

    /// Fails if any video had no frames.
    pub fn check(&self, videos: usize) -> Result<(), EvalError> {
        match self.empty.len() {
            0 => Ok(()),
            count => Err(EvalError::MissingImages {
                count,
                total: videos,
                first: self.empty.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "),
                root: self.root.clone(),
                advice: "each is the folder of a video that should hold its frames; unpack the release there",
            }),
        }
    }
}

/// The pictures of a folder, in no order; none if it cannot be read.
fn list(folder: &Path) -> Vec<String> {
    let name = |e: std::fs::DirEntry| e.file_name().into_string().ok();
    let picture = |n: &String| {
        let extension = Path::new(n).extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        EXTENSIONS.contains(&extension.as_str())
    };
    std::fs::read_dir(folder).into_iter().flatten().flatten().filter_map(name).filter(picture).collect()
}

/// At most `most` of them: the `i`-th is number `i * n / most`.
fn spaced(names: Vec<String>, most: Option<usize>) -> Vec<String> {
    let n = names.len();
    let Some(most) = most.filter(|m| *m < n) else { return names };
    (0..most).map(|i| names[i * n / most].clone()).collect()
}
