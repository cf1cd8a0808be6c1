//! The data set on disk: layout, restart, and people who never meet.

use l2face_synth::{Identity, SynthError, World, WorldSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

fn small() -> World {
    let spec = WorldSpec { eval_people: 12, stills: [2, 3], frames: 2, splits: 2, canvas: 32, ..WorldSpec::default() };
    World::new(11, spec).unwrap()
}

/// All files below `dir` with their bytes.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            out.extend(tree(&path).into_iter().map(|(k, v)| (format!("{name}/{k}"), v)));
        } else {
            out.insert(name, fs::read(&path).unwrap());
        }
    }
    out
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|r| r.unwrap()).collect()
}

#[test]
fn the_layout_is_ijb_as() {
    let dir = tempfile::tempdir().unwrap();
    small().write_ijba(dir.path(), &|_, _| ()).unwrap();
    for k in 1..=2 {
        let one = dir.path().join(format!("IJB-A_11_sets/split{k}"));
        let many = dir.path().join(format!("IJB-A_1N_sets/split{k}"));
        let metadata = rows(&one.join(format!("verify_metadata_{k}.csv")));
        assert_eq!(metadata[0].len(), 25);
        check_rows(dir.path(), &metadata);
        let subject: BTreeMap<&str, &str> =
            metadata.iter().map(|r| (r["TEMPLATE_ID"].as_str(), r["SUBJECT_ID"].as_str())).collect();
        let text = fs::read_to_string(one.join(format!("verify_comparisons_{k}.csv"))).unwrap();
        let pairs: Vec<(&str, &str)> = text.lines().map(|l| l.split_once(',').unwrap()).collect();
        assert!(pairs.iter().all(|(a, b)| subject.contains_key(a) && subject.contains_key(b)));
        assert!(pairs.iter().any(|(a, b)| subject[a] == subject[b]));
        assert!(pairs.iter().any(|(a, b)| subject[a] != subject[b]));
        for table in ["train", "search_gallery", "search_probe"] {
            check_rows(dir.path(), &rows(&many.join(format!("{table}_{k}.csv"))));
        }
        let trained: BTreeSet<String> =
            rows(&one.join(format!("train_{k}.csv"))).iter().map(|r| r["SUBJECT_ID"].clone()).collect();
        assert!(trained.iter().all(|t| !subject.values().any(|s| s == t)));
    }
}

/// Every row names a picture that is there, and has all points and the yaw.
fn check_rows(dir: &Path, rows: &[BTreeMap<String, String>]) {
    assert!(!rows.is_empty());
    for row in rows {
        assert!(dir.join(&row["FILE"]).is_file(), "{}", row["FILE"]);
        assert_eq!(row["FRAME"].is_empty(), row["FILE"].starts_with("img/"));
        for field in ["FACE_X", "FACE_WIDTH", "RIGHT_EYE_X", "LEFT_EYE_Y", "NOSE_BASE_Y", "FACE_YAW"] {
            assert!(row[field].parse::<f64>().is_ok(), "{field} of {row:?}");
        }
        let y = |f: &str| row[f].parse::<f64>().unwrap();
        assert!(y("RIGHT_EYE_X") < y("LEFT_EYE_X") + 8.0);
    }
}

#[test]
fn landmarks_and_quality_cover_every_picture() {
    let dir = tempfile::tempdir().unwrap();
    small().write_ijba(dir.path(), &|_, _| ()).unwrap();
    let files =
        |table: &str| -> BTreeSet<String> { rows(&dir.path().join(table)).iter().map(|r| r["file"].clone()).collect() };
    let pictures: BTreeSet<String> = tree(dir.path()).into_keys().filter(|k| k.ends_with(".png")).collect();
    assert_eq!(files("landmarks.csv"), pictures);
    assert_eq!(files("quality.csv"), pictures);
    for row in rows(&dir.path().join("quality.csv")) {
        assert!((0.0..=1.0).contains(&row["quality"].parse::<f64>().unwrap()));
    }
}

/// Killed half-way (some pictures missing, one cut short, one table gone, no marker), it ends with the same tree.
#[test]
fn a_restart_gives_the_same_tree() {
    let dir = tempfile::tempdir().unwrap();
    let world = small();
    world.write_ijba(dir.path(), &|_, _| ()).unwrap();
    let whole = tree(dir.path());
    fs::rename(dir.path().join("world.json"), dir.path().join("world.unfinished.json")).unwrap();
    fs::remove_file(dir.path().join("img/3.png")).unwrap();
    fs::remove_file(dir.path().join("frame/2_1.png")).unwrap();
    fs::write(dir.path().join("img/4.png"), b"\x89PNG").unwrap();
    fs::write(dir.path().join("img/3.png.tmp"), b"half").unwrap();
    fs::remove_file(dir.path().join("IJB-A_1N_sets/split2/search_probe_2.csv")).unwrap();
    world.write_ijba(dir.path(), &|_, _| ()).unwrap();
    assert_eq!(tree(dir.path()), whole);
}

#[test]
fn a_finished_world_is_left_alone_and_progress_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let calls = AtomicUsize::new(0);
    let count = |done: usize, total: usize| {
        assert!(done <= total);
        calls.fetch_add(1, Ordering::Relaxed);
    };
    small().write_ijba(dir.path(), &count).unwrap();
    let pictures = tree(dir.path()).keys().filter(|k| k.ends_with(".png")).count();
    assert_eq!(calls.load(Ordering::Relaxed), pictures);
    small().write_ijba(dir.path(), &count).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), pictures, "nothing is done twice");
}

#[test]
fn another_world_is_refused_finished_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let world = small();
    world.write_ijba(dir.path(), &|_, _| ()).unwrap();
    let other = World::new(12, WorldSpec { canvas: 40, ..world.spec().clone() }).unwrap();
    let refused = || {
        let err = other.write_ijba(dir.path(), &|_, _| ()).unwrap_err();
        assert!(matches!(err, SynthError::Foreign { .. }), "{err}");
        err.to_string()
    };
    let message = refused();
    assert!(message.contains("seed") && message.contains("spec.canvas (32 there, 40 wanted)"), "{message}");
    fs::rename(dir.path().join("world.json"), dir.path().join("world.unfinished.json")).unwrap();
    assert!(refused().contains("world.unfinished.json"));
}

#[test]
fn an_unwritable_folder_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    let err = small().write_ijba(&file.join("world"), &|_, _| ()).unwrap_err();
    assert!(matches!(err, SynthError::Io { .. }) && err.to_string().contains("file"), "{err}");
}

/// No two of the 640 default people are the same or nearly so, within and across the sets. In 58 dimensions two
/// independent people are sqrt(2 * 58) = 10.8 apart on average.
#[test]
fn people_never_meet() {
    let world = World::new(1, WorldSpec::default()).unwrap();
    let train = (0..400).map(|i| world.train_identity(i));
    let people: Vec<Identity> = train.chain((1..=240).map(|i| world.eval_identity(i))).collect();
    let mut nearest = f64::INFINITY;
    for (i, a) in people.iter().enumerate() {
        for b in &people[i + 1..] {
            nearest = nearest.min(a.distance(b));
        }
    }
    eprintln!("nearest pair of people: {nearest:.2}");
    assert!(nearest > 4.0, "nearest pair {nearest}");
    assert!(nearest < 9.0, "nearest pair {nearest}: the traits do not vary as they should");
}

#[test]
fn spread_brings_people_together() {
    let near = World::new(1, WorldSpec { spread: 0.5, ..WorldSpec::default() }).unwrap();
    let far = World::new(1, WorldSpec::default()).unwrap();
    let gap = |w: &World| w.train_identity(0).distance(&w.train_identity(1));
    assert!((gap(&near) / gap(&far) - 0.5).abs() < 1e-9);
}

#[test]
fn lfws_and_youtube_faces_layouts_are_read_back() {
    let spec = WorldSpec { eval_people: 10, stills: [2, 3], frames: 2, splits: 2, canvas: 32, ..WorldSpec::default() };
    let world = World::new(11, spec).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (lfw, ytf) = (dir.path().join("lfw"), dir.path().join("ytf"));
    world.write_lfw(&lfw, &|_, _| ()).unwrap();
    world.write_ytf(&ytf, &|_, _| ()).unwrap();
    let pairs = fs::read_to_string(lfw.join("pairs.txt")).unwrap();
    let (head, rows) = pairs.split_once('\n').unwrap();
    let n: usize = head.strip_prefix("2\t").unwrap().parse().unwrap();
    assert_eq!(rows.lines().count(), 4 * n);
    for row in rows.lines() {
        let words: Vec<&str> = row.split('\t').collect();
        let photos = if words.len() == 3 { [(0, 1), (0, 2)] } else { [(0, 1), (2, 3)] };
        for (name, number) in photos {
            let file = format!("{0}/{0}_{1:0>4}.png", words[name], words[number]);
            assert!(lfw.join(&file).is_file(), "{file}");
        }
    }
    let listed = |dir: &Path, table: &str| -> BTreeSet<String> {
        self::rows(&dir.join(table)).iter().map(|r| r["file"].clone()).collect()
    };
    assert!(listed(&lfw, "landmarks.csv").iter().all(|f| f.ends_with(".jpg")), "as LFW's lists name photographs");
    assert_eq!(listed(&lfw, "landmarks.csv"), listed(&lfw, "quality.csv"));
    let splits = fs::read_to_string(ytf.join("splits.txt")).unwrap();
    for row in splits.lines().skip(1) {
        let words: Vec<&str> = row.split(", ").collect();
        assert_eq!(words[4] == "1", words[2].split('/').next() == words[3].split('/').next());
        for video in &words[2..4] {
            assert_eq!(fs::read_dir(ytf.join("aligned_images_DB").join(video)).unwrap().count(), 2);
        }
    }
    assert_eq!(listed(&ytf, "quality.csv").len(), 10 * 2 * 2);
    let error = world.write_ytf(&lfw, &|_, _| ()).unwrap_err();
    assert!(matches!(&error, SynthError::Foreign { differs, .. } if differs.contains("layout")), "{error}");
    let before = tree(&lfw);
    world.write_lfw(&lfw, &|_, _| panic!("nothing is drawn again")).unwrap();
    assert!(before == tree(&lfw));
}
