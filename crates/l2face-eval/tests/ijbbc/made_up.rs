//! Made-up sets in every layout: six people, two of them in each gallery, and probes of all six.
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use l2face_eval::IjbSet;
use tempfile::TempDir;

pub const HEADER: &str = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n";

/// Template ids of person 1 to 6: 10 p for the gallery (persons 1 to 4), 100 p + j for probes.
pub fn rows(template: u64, person: u64, sightings: &[usize]) -> String {
    let mut out = String::new();
    for (s, frames) in sightings.iter().enumerate() {
        for f in 0..*frames {
            let folder = if *frames > 1 { "frames" } else { "img" };
            let _ = writeln!(out, "{template},{person},{folder}/{template}_{s}_{f}.jpg,{},3,4,50,60", 7 + s);
        }
    }
    out
}

pub fn gallery(people: [u64; 2]) -> String {
    people.iter().fold(HEADER.to_owned(), |text, p| text + &rows(10 * p, *p, &[1, 3]))
}

pub fn probes() -> String {
    (1..=6).fold(HEADER.to_owned(), |text, p| text + &rows(100 * p, p, &[1]) + &rows(100 * p + 1, p, &[2, 1]))
}

pub fn matches() -> String {
    let mut out = String::new();
    for g in [10, 20, 30, 40] {
        for p in 1..=6 {
            let _ = writeln!(out, "{g},{}", 100 * p + g / 10 % 2);
        }
    }
    out
}

pub struct Set {
    pub set: IjbSet,
    pub dir: TempDir,
}

impl Set {
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn edit(&self, file: &str, change: impl Fn(String) -> String) {
        self.write(file, &change(fs::read_to_string(self.path().join(file)).unwrap()));
    }
}

fn empty(set: IjbSet) -> Set {
    Set { set, dir: tempfile::tempdir().unwrap() }
}

pub fn nist(set: IjbSet) -> Set {
    let (made, [x, y], prefix) = (empty(set), set.galleries(), set.prefix());
    let folder = if set == IjbSet::B { "protocol" } else { "protocols" };
    made.write(&format!("{folder}/{prefix}_1N_gallery_{x}.csv"), &gallery([1, 2]));
    made.write(&format!("{folder}/{prefix}_1N_gallery_{y}.csv"), &gallery([3, 4]));
    made.write(&format!("{folder}/{prefix}_1N_probe_mixed.csv"), &probes());
    made.write(&format!("{folder}/{prefix}_11_{x}_{y}_matches.csv"), &matches());
    made
}

pub fn nist_tests() -> Set {
    let made = empty(IjbSet::C);
    let both = gallery([1, 2]) + gallery([3, 4]).strip_prefix(HEADER).unwrap();
    made.write("protocols/test1/enroll_templates.csv", &both);
    made.write("protocols/test1/verif_templates.csv", &probes());
    made.write("protocols/test1/match.csv", &matches());
    made.write("protocols/test4/gallery_G1.csv", &gallery([1, 2]));
    made.write("protocols/test4/gallery_G2.csv", &gallery([3, 4]));
    made.write("protocols/test4/probes.csv", &probes());
    made
}

/// The same set as InsightFace's `meta`: the medium's number is made of template and sighting.
pub fn insightface(set: IjbSet, with_search: bool) -> Set {
    let (made, [x, y], prefix) = (empty(set), set.galleries(), set.prefix());
    let (mut ids, mut points) = (String::new(), String::new());
    for (i, line) in [gallery([1, 2]), gallery([3, 4]), probes()].iter().flat_map(|t| t.lines().skip(1)).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let _ = writeln!(ids, "{}.jpg {} {}{}", i + 1, fields[0], fields[0], fields[3]);
        let _ = writeln!(points, "{}.jpg 38.2 51.6 73.5 51.5 56 71.7 41.5 92.3 70.7 92.2 0.{}", i + 1, 90 + i % 10);
    }
    made.write(&format!("meta/{prefix}_face_tid_mid.txt"), &ids);
    made.write(&format!("meta/{prefix}_name_5pts_score.txt"), &points);
    let label = |line: &str| {
        let (a, b) = line.split_once(',').unwrap();
        let person = |t: &str| t.chars().next();
        format!("{a} {b} {}\n", u8::from(person(a) == person(b)))
    };
    made.write(&format!("meta/{prefix}_template_pair_label.txt"), &matches().lines().map(label).collect::<String>());
    if with_search {
        made.write(&format!("meta/{prefix}_1N_gallery_{x}.csv"), &gallery([1, 2]));
        made.write(&format!("meta/{prefix}_1N_gallery_{y}.csv"), &gallery([3, 4]));
        made.write(&format!("meta/{prefix}_1N_probe_mixed.csv"), &probes());
    }
    made
}

/// All files of a set, as they are named inside it.
pub fn files(set: &Set) -> Vec<PathBuf> {
    fn walk(at: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, out),
                false => out.push(path),
            }
        }
    }
    let mut out = Vec::new();
    walk(set.path(), &mut out);
    out.sort();
    out
}
