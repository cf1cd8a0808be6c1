//! What of the evaluation set stands in which layout, and under which names.

use super::cast::{Cast, Person, Picture};
use serde::{Deserialize, Serialize};

/// A layout of pairs in folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Layout {
    /// Labeled Faces in the Wild: stills, `Name/Name_0001.png`, `pairs.txt`.
    Lfw,
    /// YouTube Faces: videos, `aligned_images_DB/Name/1/1.1.png`, `splits.txt`.
    Ytf,
}

impl Layout {
    /// The stills or the videos of a cast, under the layout's names.
    pub fn of(self, all: &Cast) -> Cast {
        let mut cast = Cast { pictures: Vec::new(), people: Vec::new() };
        for person in &all.people {
            let media: Vec<&[usize]> = match self {
                Self::Lfw => person.stills.chunks(1).collect(),
                Self::Ytf => person.videos.iter().map(Vec::as_slice).collect(),
            };
            let mut own = Person { subject: person.subject, stills: vec![], videos: vec![] };
            for (number, medium) in media.into_iter().enumerate() {
                let files = medium.iter().map(|&p| self.add(&mut cast, &all.pictures[p], number + 1)).collect();
                own.videos.push(files);
            }
            cast.people.push(own);
        }
        cast
    }

    /// Adds a picture as one of a person's `number`-th still or video; its index.
    fn add(self, cast: &mut Cast, picture: &Picture, number: usize) -> usize {
        let name = name(picture.subject);
        let file = match self {
            Self::Lfw => format!("{name}/{name}_{number:04}.png"),
            Self::Ytf => format!("aligned_images_DB/{name}/{number}/{number}.{}.png", picture.frame.unwrap_or(1)),
        };
        cast.pictures.push(Picture { file, ..picture.clone() });
        cast.pictures.len() - 1
    }

    /// The file as the protocol names it: LFW's lists say `.jpg`, whatever is on disk.
    pub fn listed(self, file: &str) -> String {
        match (self, file.strip_suffix(".png")) {
            (Self::Lfw, Some(stem)) => format!("{stem}.jpg"),
            _ => file.to_string(),
        }
    }
}

/// A person's name.
pub(super) fn name(subject: u64) -> String {
    format!("Face_{subject:04}")
}
