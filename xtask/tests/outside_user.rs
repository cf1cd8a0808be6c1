//! An outside user takes one crate, and gets that crate: its README's example runs in a project of its own outside the
//! workspace, and nothing of the other parts comes along.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What no user of a single crate should have to build.
const NOT_INVITED: [&str; 8] = [
    "l2face-data",
    "l2face-hub",
    "l2face-eval",
    "l2face-train",
    "l2face-experiments",
    "image",
    "clap",
    "xtask",
];

#[test]
fn the_head_alone() {
    let user = Outsider::with("l2face-head");
    user.run_example();
    let packages = user.packages();
    assert!(packages.iter().any(|p| p == "candle-core"));
    user.refuse(&NOT_INVITED);
}

#[test]
fn the_metrics_alone() {
    let user = Outsider::with("l2face-metrics");
    user.run_example();
    user.refuse(&NOT_INVITED);
    user.refuse(&["candle-core", "candle-nn", "l2face-image"]);
}

/// A project outside the workspace with one dependency; its folder goes with it.
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
        fs::create_dir_all(dir.join("src")).unwrap();
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let example = first_example(&readme).expect("the README has a Rust example");
        fs::write(dir.join("src/main.rs"), as_program(&example)).unwrap();
        let manifest = format!(
            "[package]\nname = \"outside-{dependency}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
             [dependencies]\n{dependency} = {{ path = {folder:?} }}\n\n[workspace]\n"
        );
        fs::write(dir.join("Cargo.toml"), manifest).unwrap();
        fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
        Self { dir, dependency }
    }

    fn run_example(&self) {
        let out = self.cargo(&["run", "--release"]);
        print!("{out}");
    }

    /// The names of all packages in its normal dependency tree.
    fn packages(&self) -> Vec<String> {
        let tree = self.cargo(&["tree", "--edges", "normal", "--prefix", "none"]);
        let names = tree.lines().filter_map(|line| line.split(' ').next());
        names.map(str::to_owned).collect()
    }

    fn refuse(&self, names: &[&str]) {
        let packages = self.packages();
        assert!(
            packages.iter().any(|p| p == self.dependency),
            "no tree: {packages:?}"
        );
        let came: Vec<_> = names
            .iter()
            .filter(|n| packages.iter().any(|p| p == *n))
            .collect();
        assert!(came.is_empty(), "{} brings {came:?} along", self.dependency);
    }

    /// Standard output of a cargo command in its folder, which must succeed.
    fn cargo(&self, args: &[&str]) -> String {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // What the workspace built is not built again where the features agree.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        command
            .current_dir(&self.dir)
            .args(args)
            .env("CARGO_TARGET_DIR", target);
        let out = command.stderr(Stdio::inherit()).output().unwrap();
        assert!(
            out.status.success(),
            "cargo {args:?} failed for {}",
            self.dependency
        );
        String::from_utf8(out.stdout).unwrap()
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// The first block marked as Rust, with the lines that rustdoc hides.
fn first_example(readme: &str) -> Option<String> {
    let (_, rest) = readme.split_once("```rust\n")?;
    let (block, _) = rest.split_once("\n```")?;
    let shown = block.lines().map(|line| match line.trim_start() {
        "#" => "",
        hidden if hidden.starts_with("# ") => &hidden[2..],
        _ => line,
    });
    Some(shown.collect::<Vec<_>>().join("\n"))
}

/// An example is a program already, or the body of one; rustdoc allows both.
fn as_program(example: &str) -> String {
    if example.contains("fn main()") {
        return example.to_owned();
    }
    let last = example
        .lines()
        .rev()
        .find(|l| !l.trim().is_empty())
        .unwrap_or("");
    let returns = if last.trim_start().starts_with("Ok") {
        ""
    } else {
        "Ok::<(), ()>(())"
    };
    format!("fn main() {{\nlet body = || {{\n{example}\n{returns}\n}};\nbody().unwrap();\n}}\n")
}

#[test]
fn the_example_is_taken_from_the_readme() {
    let readme = "# a\n```toml\nx = 1\n```\n```rust\n# use a;\nlet b = 1;\n#\n# Ok::<(), ()>(())\n```\n```rust\nno\n```\n";
    assert_eq!(
        first_example(readme).unwrap(),
        "use a;\nlet b = 1;\n\nOk::<(), ()>(())"
    );
    assert_eq!(first_example("no example"), None);
}

#[test]
fn a_body_becomes_a_program() {
    assert!(as_program("fn main() { }").starts_with("fn main() { }"));
    assert!(as_program("let a = 1;").contains("Ok::<(), ()>(())\n};"));
    assert!(!as_program("f()?;\nOk::<(), E>(())").contains("(), ()"));
}
