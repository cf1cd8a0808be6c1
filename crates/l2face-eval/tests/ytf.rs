//! YouTube Faces: the real list where it is at hand, a made-up tree, and every way either can be wrong.
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use l2face_eval::{load_ytf, score_folds, Embeddings, Pooling, YtfFiles, YtfImages, YtfLabels};
use tempfile::TempDir;

const HEADER: &str = "split number, pair number, first name, second name, is same identity\n";
const ROWS: &str = "1, 1, Ada/0, Ada/3, 1\n1, 2, Ada/0, Bob/1, 0\n2, 1, Cy/2, Cy/4, 0\n";

fn tree(text: &str, folder: &str, prefix: &str) -> (TempDir, YtfFiles) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("splits.txt"), text).unwrap();
    for (video, frames) in [("Ada/0", 12), ("Ada/3", 1), ("Bob/1", 2), ("Cy/2", 1), ("Cy/4", 3)] {
        let (folder, number) = (dir.path().join(folder).join(video), video.split_once('/').unwrap().1);
        fs::create_dir_all(&folder).unwrap();
        for f in 1..=frames {
            fs::write(folder.join(format!("{prefix}{number}.{f}.jpg")), b"").unwrap();
        }
        fs::write(folder.join("Thumbs.db"), b"").unwrap();
    }
    let files = YtfFiles {
        root: Some(dir.path().to_owned()),
        splits: dir.path().join("splits.txt"),
        labels: YtfLabels::Original,
        images: YtfImages::Aligned,
        max_frames: None,
    };
    (dir, files)
}

fn aligned(text: &str) -> (TempDir, YtfFiles) {
    tree(text, "aligned_images_DB", "aligned_detect_")
}

fn error(files: &YtfFiles) -> String {
    load_ytf(files).unwrap_err().to_string()
}

fn assert_names(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} not in: {message}");
    }
}

#[test]
fn the_real_list_is_whole() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ytf_protocol");
    if !dir.is_dir() {
        eprintln!("SKIPPED: {} is absent", dir.display());
        return;
    }
    let files = YtfFiles {
        root: None,
        splits: dir.join("splits.txt"),
        labels: YtfLabels::Original,
        images: YtfImages::Aligned,
        max_frames: None,
    };
    let protocol = load_ytf(&files).unwrap();
    assert_eq!((protocol.pairs.len(), protocol.folds, protocol.faces.len()), (5000, 10, 0));
    assert_eq!(protocol.counts.warnings(), Vec::<String>::new());
    for fold in 0..10 {
        let of_fold: Vec<_> = protocol.pairs.iter().filter(|p| p.fold == fold).collect();
        assert_eq!((of_fold.len(), of_fold.iter().filter(|p| p.same).count()), (500, 250));
    }
    assert_eq!(protocol.people_in_several_folds(), 0);
    let names = fs::read_to_string(dir.join("Youtube_names.txt")).unwrap().lines().count();
    assert!(protocol.templates.len() <= names, "{} videos of {names}", protocol.templates.len());
    let message = error(&YtfFiles { labels: YtfLabels::Corrected, ..files });
    assert_names(&message, &["splits.txt:2: 5 fields", "splits_corrected.txt"]);
}

#[test]
fn videos_are_templates_of_one_medium() {
    let (_dir, files) = aligned(&(HEADER.to_owned() + ROWS));
    let protocol = load_ytf(&files).unwrap();
    protocol.check_images().unwrap();
    assert_eq!(protocol.templates.iter().map(|t| t.media[0].len()).collect::<Vec<_>>(), [12, 1, 2, 1, 3]);
    let order: Vec<&str> = protocol.faces[..12].iter().map(|f| f.file.rsplit_once('.').unwrap().0).collect();
    assert_eq!(order[1], "aligned_images_DB/Ada/0/aligned_detect_0.2");
    assert_eq!(order[9], "aligned_images_DB/Ada/0/aligned_detect_0.10");
    let rows: Vec<_> = protocol.pairs.iter().map(|p| (p.a, p.b, p.same, p.fold)).collect();
    assert_eq!(rows, [(0, 1, true, 0), (0, 2, false, 0), (3, 4, false, 1)]);
    assert_eq!(protocol.list.form, "original labels, aligned_images_DB, all frames");
    assert_eq!(protocol.counts.found("frames"), Some(19));
    let few = YtfFiles { max_frames: NonZeroUsize::new(4), ..files };
    let protocol = load_ytf(&few).unwrap();
    assert_eq!(protocol.templates.iter().map(|t| t.media[0].len()).collect::<Vec<_>>(), [4, 1, 2, 1, 3]);
    let numbers: Vec<&str> = protocol.faces[..4].iter().map(|f| f.file.rsplit('.').nth(1).unwrap()).collect();
    assert_eq!(numbers, ["1", "4", "7", "10"]);
    assert!(protocol.list.form.ends_with("at most 4 frames a video, evenly spaced"));
}

#[test]
fn a_video_is_the_mean_of_its_frames() {
    let (_dir, files) = aligned(&(HEADER.to_owned() + ROWS));
    let protocol = load_ytf(&files).unwrap();
    let mut embeddings = Embeddings::new(protocol.faces.len(), 2);
    for i in 0..14 {
        embeddings.set(i, if i < 6 { &[2.0, 0.0] } else { &[0.0, 1.0] }).unwrap();
    }
    let raw = "frames=raw".parse::<Pooling>().unwrap();
    let scores = score_folds(&protocol, &embeddings, &raw).unwrap();
    // Ada/0: mean of six (2, 0) and six (0, 1); Ada/3: (0, 1)
    assert!((scores.scores[0] - 1.0 / 5f64.sqrt()).abs() < 1e-15);
    assert_eq!((scores.templates, scores.failed_templates, scores.failed_pairs), (5, 2, 1));
}

#[test]
fn corrected_labels_are_the_sixth_column() {
    let text = HEADER.trim_end().to_owned() + ", corrected\n1, 1, Ada/0, Ada/3, 1, 0\n";
    let (_dir, files) = aligned(&text);
    assert!(load_ytf(&files).unwrap().pairs[0].same);
    let protocol = load_ytf(&YtfFiles { labels: YtfLabels::Corrected, ..files }).unwrap();
    assert!(!protocol.pairs[0].same);
    assert!(protocol.list.form.starts_with("corrected labels"));
}

#[test]
fn whole_frames_come_with_boxes() {
    let (dir, files) = tree(&(HEADER.to_owned() + ROWS), "frame_images_DB", "");
    let files = YtfFiles { images: YtfImages::Frames, ..files };
    let folder = dir.path().join("frame_images_DB");
    assert_names(&error(&files), &["Ada.labeled_faces.txt is missing", "aligned_images_DB"]);
    for name in ["Ada", "Bob", "Cy"] {
        fs::write(folder.join(format!("{name}.labeled_faces.txt")), "").unwrap();
    }
    let row = "Ada\\0\\0.10.jpg,0,100.5,60,40,20,0.0,1\n";
    fs::write(folder.join("Ada.labeled_faces.txt"), row).unwrap();
    let protocol = load_ytf(&files).unwrap();
    let bbox = protocol.faces[9].hints.bbox.unwrap();
    assert_eq!((bbox.x, bbox.y, bbox.width, bbox.height), (80.5, 50.0, 40.0, 20.0));
    assert_eq!(protocol.faces.iter().filter(|f| f.hints.bbox.is_some()).count(), 1);
    for (row, problem) in [
        ("Ada\\0\\0.1.jpg,0,1,2\n", "4 fields"),
        ("Ada,0,1,2,3,4\n", "is not of the form"),
        ("Ada\\0\\0.1.jpg,0,x,2,3,4\n", "centre x is \"x\""),
        ("Ada\\0\\0.1.jpg,0,1,2,0,4\n", "a box of 0 x 4 pixels"),
    ] {
        fs::write(folder.join("Ada.labeled_faces.txt"), row).unwrap();
        assert_names(&error(&files), &["Ada.labeled_faces.txt:1: ", problem]);
    }
}

#[test]
fn broken_lists_and_trees_say_where() {
    let (dir, files) = aligned(&(HEADER.to_owned() + ROWS));
    fs::remove_dir_all(dir.path().join("aligned_images_DB/Ada/3")).unwrap();
    fs::remove_file(dir.path().join("aligned_images_DB/Cy/2/aligned_detect_2.1.jpg")).unwrap();
    let message = error(&files);
    assert_names(&message, &["2 of 5 images are absent", "aligned_images_DB/Ada/3 (", "splits.txt:2)", "Cy/2 ("]);
    let wrong = |text: &str| error(&aligned(text).1);
    assert_names(&wrong(""), &["splits.txt:1: the file ends here"]);
    assert_names(&wrong(HEADER), &["splits.txt has no rows"]);
    assert_names(&wrong(ROWS), &["splits.txt:1: expected a header"]);
    let row = |row: &str| wrong(&format!("{HEADER}{row}\n"));
    assert_names(&row("1, 1, Ada/0, Ada/3"), &["splits.txt:2: 4 fields, expected 5 or 6"]);
    assert_names(&row("0, 1, Ada/0, Ada/3, 1"), &["splits.txt:2: split number is \"0\""]);
    assert_names(&row("x, 1, Ada/0, Ada/3, 1"), &["splits.txt:2: split number is \"x\""]);
    assert_names(&row("1, 1, Ada/0, Ada/0, 1"), &["splits.txt:2: a video paired with itself"]);
    assert_names(&row("1, 1, Ada/0, Ada/3, 2"), &["splits.txt:2: is same identity is \"2\"", "0 or 1"]);
    assert_names(&row("1, 1, ../0, Ada/3, 1"), &["splits.txt:2: the video is \"../0\""]);
    assert_names(&row("1, 1, Ada/../x, Ada/3, 1"), &["splits.txt:2: number of the video is \"../x\""]);
    assert_names(&error(&YtfFiles { splits: dir.path().join("none"), ..files }), &["none is missing", "list of pairs"]);
}
