//! `<Name>.labeled_faces.txt`.

use std::collections::HashMap;
use std::path::Path;

use l2face_image::BBox;

use crate::lines::{Line, Lines};
use crate::EvalError;

/// By video and file name of the frame.
pub(super) type Boxes = HashMap<(String, String), BBox>;

/// Rows `Name\video\video.frame.jpg,0,cx,cy,w,h,0.0,1`: centre and size of the face's box, in pixels.
pub(super) fn read(path: &Path) -> Result<Boxes, EvalError> {
    let mut lines = Lines::open(path, "frame_images_DB holds such a file for each person; or use aligned_images_DB")?;
    let mut boxes = Boxes::new();
    while let Some(line) = lines.next()? {
        let (key, bbox) = row(&line)?;
        boxes.insert(key, bbox);
    }
    Ok(boxes)
}

fn row(line: &Line<'_>) -> Result<((String, String), BBox), EvalError> {
    let fields: Vec<&str> = line.text.split(',').map(str::trim).collect();
    let [file, _, cx, cy, w, h, ..] = fields[..] else {
        return Err(line.bad(format!("{} fields, expected 6 or more", fields.len())));
    };
    let parts: Vec<&str> = file.split(['\\', '/']).collect();
    let [.., video, frame] = parts[..] else {
        return Err(line.bad(format!("{file:?} is not of the form Name\\video\\frame.jpg")));
    };
    let (cx, cy) = (line.finite("centre x", cx)?, line.finite("centre y", cy)?);
    let (width, height) = (line.finite("width", w)?, line.finite("height", h)?);
    if width <= 0.0 || height <= 0.0 {
        return Err(line.bad(format!("a box of {width} x {height} pixels")));
    }
    Ok(((video.into(), frame.into()), BBox { x: cx - width / 2.0, y: cy - height / 2.0, width, height }))
}
