//! An outside user takes one crate, and gets that crate: its README's example runs in a project of its own outside the
//! workspace, and nothing of the other parts comes along.

#[path = "outside/features.rs"]
mod features;
#[path = "outside/readme.rs"]
mod readme;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What no user of a single crate should have to build.
const NOT_INVITED: [&str; 8] =
    ["clap", "image", "l2face-data", "l2face-eval", "l2face-experiments", "l2face-hub", "l2face-train", "xtask"];

#[test]
fn the_head_alone() {
    let user = Outsider::with("l2face-head");
    let tree = user.dependencies();
    assert!(tree.contains(&"candle-core".to_owned()), "{tree:?}");
    refuse(&tree, &NOT_INVITED);
    user.run_example();
}

#[test]
fn the_metrics_alone() {
    let user = Outsider::with("l2face-metrics");
    let tree = user.dependencies();
    refuse(&tree, &NOT_INVITED);
    refuse(&tree, &["candle-core", "candle-nn", "l2face-image"]);
    user.run_example();
}

fn refuse(tree: &[String], names: &[&str]) {
    let came: Vec<_> = names.iter().filter(|n| tree.iter().any(|p| p == *n)).collect();
    assert!(came.is_empty(), "{came:?} came along");
}

/// A scratch workspace outside ours with the package `outside`, which has one dependency.
struct Outsider {
    dir: PathBuf,
    dependency: &'static str,
}

impl Outsider {
    /// Its `main.rs` is the first Rust example of the crate's README; the lock file is ours, so that it builds the
    /// versions that are there already.
    fn with(dependency: &'static str) -> Self {
        let root = workspace_root();
        let folder = root.join("crates").join(dependency);
        let dir = std::env::temp_dir().join(format!("outside-{}-{dependency}", std::process::id()));
        let user = Self { dir, dependency };
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let example = readme::first_example(&readme).expect("the README has a Rust example");
        user.write("user/src/main.rs", &readme::as_program(&example));
        let manifest = format!(
            "[package]\nname = \"outside-{dependency}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
             [dependencies]\n{dependency} = {{ path = {folder:?} }}\n"
        );
        user.write("user/Cargo.toml", &manifest);
        user.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"user\"]\n");
        fs::copy(root.join("Cargo.lock"), user.dir.join("Cargo.lock")).unwrap();
        user
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.dir.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The names of all packages that an application with this dependency contains.
    fn dependencies(&self) -> Vec<String> {
        let tree = self.cargo(&["tree", "--edges", "normal,no-proc-macro", "--prefix", "none"]);
        let names: Vec<_> = tree.lines().filter_map(|l| l.split(' ').next().map(str::to_owned)).collect();
        assert!(names.iter().any(|n| n == self.dependency), "no tree: {tree}");
        names
    }

    /// Builds with the workspace's features, see [`features`], and runs.
    fn run_example(&self) {
        let tree = |args: &[&str]| {
            let common = ["tree", "--prefix", "none", "--format", "{p}|{f}"];
            features::parse(&self.cargo(&[&common, args].concat()))
        };
        let normal = tree(&["--edges", "normal,no-proc-macro"]);
        let all = tree(&["--edges", "normal,build"]);
        let root = workspace_root().join("Cargo.toml");
        let edges = ["--workspace", "--edges", "normal,build,dev", "--manifest-path"];
        let workspace = tree(&[&edges[..], &[root.to_str().unwrap()]].concat());
        self.write("same/Cargo.toml", &features::manifest(&normal, &all, &workspace));
        self.write("same/build.rs", "fn main() {}\n"); // without one cargo leaves build-dependencies out
        self.write("same/src/lib.rs", "");
        self.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"user\", \"same\"]\n");
        self.cargo(&["build", "--release", "--workspace"]);
        let name = format!("outside-{}{}", self.dependency, std::env::consts::EXE_SUFFIX);
        let status = Command::new(target_dir().join("release").join(name)).status().unwrap();
        assert!(status.success(), "the example of {} failed", self.dependency);
    }

    /// Standard output of a cargo command in its folder, which must succeed.
    fn cargo(&self, args: &[&str]) -> String {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.dir).args(args).env("CARGO_TARGET_DIR", target_dir());
        let out = command.stderr(Stdio::inherit()).output().unwrap();
        assert!(out.status.success(), "cargo {args:?} failed for {}", self.dependency);
        String::from_utf8(out.stdout).unwrap()
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The workspace's own, so that what is built is not built again.
fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_path_buf()
}
