//! The tables of a data set, as text.

use super::cast::{Cast, Picture};
use super::protocol::{Split, Template};
use crate::nuisance::Cover;
use crate::render::Facts;
use std::fmt::Write;

/// IJB-A's 25 columns.
const HEADER: &str = "TEMPLATE_ID,SUBJECT_ID,FILE,MEDIA_ID,SIGHTING_ID,FRAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT,\
RIGHT_EYE_X,RIGHT_EYE_Y,LEFT_EYE_X,LEFT_EYE_Y,NOSE_BASE_X,NOSE_BASE_Y,FACE_YAW,FOREHEAD_VISIBLE,EYES_VISIBLE,\
NOSE_MOUTH_VISIBLE,INDOOR,GENDER,SKIN_TONE,AGE,FACIAL_HAIR\n";

/// The pictures of a data set and what is known about them, in the same order.
pub(super) struct Tables<'a> {
    pub cast: &'a Cast,
    pub facts: &'a [Facts],
    /// A picture's file as the layout's lists name it.
    pub listed: &'a dyn Fn(&str) -> String,
}

impl Tables<'_> {
    /// A table of templates, one row for each picture.
    pub fn templates(&self, templates: &[Template]) -> String {
        let mut out = String::from(HEADER);
        for t in templates {
            for &p in &t.pictures {
                let _ = write!(out, "{},{},", t.id, t.subject);
                self.row(p, &mut out);
            }
        }
        out
    }

    fn row(&self, p: usize, out: &mut String) {
        let (picture, facts) = (&self.cast.pictures[p], &self.facts[p]);
        let frame = picture.frame.map_or(String::new(), |f| f.to_string());
        let _ = write!(out, "{},{},{},{frame}", picture.file, picture.media, p + 1);
        let b = &facts.bbox;
        for v in [b.x, b.y, b.width, b.height] {
            let _ = write!(out, ",{v:.1}");
        }
        let [right, left, ..] = facts.landmarks.0;
        for point in [right, left, facts.nose_base] {
            let _ = write!(out, ",{:.1},{:.1}", point[0], point[1]);
        }
        let [forehead, eyes, mouth] = visible(picture);
        let _ = writeln!(out, ",{:.1},{forehead},{eyes},{mouth},,,,,", facts.yaw_degrees);
    }

    /// Exact points in the form of a detector's output, score 1.
    pub fn landmarks(&self) -> String {
        let mut out = String::from(
            "file,det_score,x,y,w,h,right_eye_x,right_eye_y,left_eye_x,left_eye_y,nose_x,nose_y,\
             right_mouth_x,right_mouth_y,left_mouth_x,left_mouth_y\n",
        );
        for (picture, facts) in self.cast.pictures.iter().zip(self.facts) {
            let b = &facts.bbox;
            let _ = write!(
                out,
                "{},1.0000,{:.1},{:.1},{:.1},{:.1}",
                (self.listed)(&picture.file),
                b.x,
                b.y,
                b.width,
                b.height
            );
            for p in facts.landmarks.0 {
                let _ = write!(out, ",{:.2},{:.2}", p[0], p[1]);
            }
            out.push('\n');
        }
        out
    }

    /// The known quality of each picture.
    pub fn quality(&self) -> String {
        let mut out = String::from("file,quality\n");
        for (picture, facts) in self.cast.pictures.iter().zip(self.facts) {
            let _ = writeln!(out, "{},{:.6}", (self.listed)(&picture.file), facts.quality);
        }
        out
    }
}

/// Whether forehead, eyes, and nose and mouth can be seen.
fn visible(picture: &Picture) -> [u8; 3] {
    match picture.state.cover {
        Cover::None | Cover::Glasses => [1, 1, 1],
        Cover::Sunglasses => [1, 0, 1],
        Cover::Scarf { .. } => [1, 1, 0],
        Cover::Hand { at, .. } => [1, u8::from(at[1] > 0.4), u8::from(at[1] < 0.3)],
    }
}

/// Comparisons, without a header as in IJB-A.
pub(super) fn comparisons(split: &Split) -> String {
    let mut out = String::new();
    for [a, b] in &split.pairs {
        let _ = writeln!(out, "{a},{b}");
    }
    out
}
