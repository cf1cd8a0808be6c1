//! `cargo xtask publish`: sent, sent again, changed, refused; and what Rust and Python load back.
use crate::mock::{model, program, texts, Mock};
use crate::packed::packed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TOKEN: &str = "hf_notToBeSeenAnywhere";

struct User {
    mock: Mock,
    home: PathBuf,
}

impl User {
    fn publish(&self, folder: &Path, args: &[&str]) -> Output {
        let mut command = program(env!("CARGO_BIN_EXE_publish"), &self.mock.endpoint, &self.home);
        command.env("HF_TOKEN", TOKEN).arg(folder).arg("owner/faces").args(args).output().expect("the program")
    }

    #[track_caller]
    fn done(&self, folder: &Path, args: &[&str]) -> [String; 2] {
        let output = self.publish(folder, args);
        let texts = texts(&output);
        assert!(output.status.success(), "{texts:?}");
        texts
    }

    #[track_caller]
    fn refused(&self, folder: &Path, args: &[&str], say: &[&str]) {
        let (commits, output) = (self.commits(), self.publish(folder, args));
        let error = texts(&output)[1].clone();
        assert!(!output.status.success(), "{error}");
        for word in say {
            assert!(error.contains(word), "{word:?} is not in: {error}");
        }
        assert_eq!(self.commits(), commits, "something was sent");
    }

    /// How often something was committed.
    fn commits(&self) -> usize {
        let log = std::fs::read_to_string(&self.mock.log).expect("the mock's log");
        log.lines().filter(|line| line.starts_with(">>> POST") && line.contains("/commit/")).count()
    }
}

/// Every file below, and what is in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        let name = entry.file_name().expect("a name").to_string_lossy().into_owned();
        if entry.is_dir() {
            all.extend(contents(&entry).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            all.insert(name, std::fs::read(&entry).expect("a file"));
        }
    }
    all
}

#[test]
fn a_model_is_published_again_changed_and_loaded_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let (path, user) = (packed(folder.path()), User { mock, home: folder.path().join("home") });

    let [dry, plan] = user.done(&path, &["--dry-run"]);
    assert!(dry.contains("dry run: nothing was sent") && plan.contains("model.safetensors"), "{dry}{plan}");
    assert_eq!(user.commits(), 0);
    let mut seen = vec![dry, plan];

    let [sent, log] = user.done(&path, &[]);
    assert!(sent.contains("owner/faces") && sent.contains("downloaded again and compared"), "{sent}");
    assert!(log.contains("the repository will be created") && log.contains("licence mit"), "{log}");
    assert_eq!(user.commits(), 1);
    let [again, _] = user.done(&path, &[]);
    assert!(again.contains("all of it was there already"), "{again}");
    assert_eq!(user.commits(), 1);
    seen.extend([sent, log, again]);
    user.refused(&path, &["--private"], &["owner/faces", "is public"]);
    user.refused(&path, &["--private", "--dry-run"], &["owner/faces", "is public"]);

    let card = std::fs::read_to_string(path.join("README.md")).expect("a card");
    std::fs::write(path.join("README.md"), card + "\nOne more line.\n").expect("a card");
    user.refused(&path, &[], &["README.md", "overwrite"]);
    let [changed, log] = user.done(&path, &["--overwrite", "--message", "One more line"]);
    assert!(log.contains("changed") && log.contains("unchanged"), "{log}");
    assert_eq!(user.commits(), 2);
    seen.extend([changed, log]);

    std::fs::write(path.join("metrics.jsonl"), "{}\n").expect("a log");
    user.done(&path, &[]);
    std::fs::remove_file(path.join("metrics.jsonl")).expect("a log");
    user.refused(&path, &[], &["metrics.jsonl (which the folder lacks)", "overwrite"]);
    let [_, log] = user.done(&path, &["--overwrite"]);
    assert!(log.contains("removed") && user.commits() == 4, "{log}");

    let checked = model(&user.mock.endpoint, &user.home, &["check", "hf:owner/faces"]);
    assert!(checked.status.success(), "{:?}", texts(&checked));
    loaded_by_python(&user, &path);
    let written = contents(&user.home).into_iter().map(|(name, bytes)| name + &String::from_utf8_lossy(&bytes));
    let traces: Vec<String> = seen.into_iter().chain(written).filter(|text| text.contains(TOKEN)).collect();
    assert!(traces.is_empty(), "the token is in {traces:?}");
}

#[test]
fn a_private_repository_is_private_from_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let (path, user) = (packed(folder.path()), User { mock, home: folder.path().join("home") });
    user.done(&path, &["--private"]);
    let log = std::fs::read_to_string(&user.mock.log).expect("the mock's log");
    let (public, private) = ("\"private\": false", "\"private\": true");
    assert!(log.contains(private) && !log.contains(public), "the mock calls it public");
    user.done(&path, &["--private"]);
    assert_eq!(user.commits(), 1);
}

/// What huggingface_hub downloads is what was published.
fn loaded_by_python(user: &User, published: &Path) {
    let Some(peers) = std::env::var_os("L2FACE_PEERS") else {
        println!("SKIPPED: huggingface_hub's side runs in `cargo xtask peers`");
        return;
    };
    let code = "import sys; from huggingface_hub import snapshot_download; print(snapshot_download(sys.argv[1]))";
    let mut python = Command::new(Path::new(&peers).join("venv/bin/python"));
    python
        .env("HF_ENDPOINT", &user.mock.endpoint)
        .env("HF_HOME", user.home.with_file_name("python"))
        .env("HF_TOKEN", "t");
    let done = python.env("HF_HUB_DISABLE_XET", "1").args(["-c", code, "owner/faces"]).output().expect("python");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut got = contents(Path::new(String::from_utf8_lossy(&done.stdout).trim()));
    got.remove(".gitattributes"); // the Hub's own
    assert!(got == contents(published), "{:?}", got.keys());
}

#[test]
fn what_is_not_sound_is_not_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let (path, user) = (packed(folder.path()), User { mock, home: folder.path().join("home") });
    let keep = |name: &str| std::fs::read(path.join(name)).expect("a file");
    let put = |name: &str, bytes: &[u8]| std::fs::write(path.join(name), bytes).expect("a file");

    let weights = keep("model.safetensors");
    let mut other = weights.clone();
    let middle = other.len() / 2 / 4 * 4;
    (middle..middle + 4000).step_by(4).for_each(|at| other[at + 2] ^= 0x40);
    put("model.safetensors", &other);
    user.refused(&path, &[], &["embeddings"]);
    put("model.safetensors", &weights);

    let card = keep("README.md");
    put("README.md", String::from_utf8_lossy(&card).replace("license: mit", "language: en").as_bytes());
    user.refused(&path, &[], &["README.md", "licen"]);
    put("README.md", &card);

    put("README.md", String::from_utf8_lossy(&card).replace("license: mit", "license: as you like").as_bytes());
    user.refused(&path, &[], &["README.md", "licence `as you like`"]);
    put("README.md", String::from_utf8_lossy(&card).replacen("value: 0.", "value: 1.", 1).as_bytes());
    user.refused(&path, &[], &["README.md", "model-index", "measured was"]);
    put("README.md", &card);
    for name in ["results.json", "load_in_torch.py"] {
        let bytes = keep(name);
        std::fs::remove_file(path.join(name)).expect("a file");
        user.refused(&path, &[], &[name, "missing"]);
        put(name, &bytes);
    }

    put(".env", b"HF_TOKEN=x");
    user.refused(&path, &[], &[".env"]);
    std::fs::remove_file(path.join(".env")).expect("a file");

    let nobody =
        program(env!("CARGO_BIN_EXE_publish"), &user.mock.endpoint, &user.home).arg(&path).arg("owner/faces").output();
    let [_, error] = texts(&nobody.expect("the program"));
    assert!(error.contains("HF_TOKEN") || error.contains("token"), "{error}");
    assert_eq!(user.commits(), 0);
}

/// `L2FACE_HUB_REPOSITORY=OWNER/NAME HF_TOKEN=.. cargo test --release -p l2face-experiments --features hub --test hub -- --ignored real`:
/// leaves a private repository with a tiny network that was trained on drawn faces.
#[test]
#[ignore = "writes to the real Hub: needs HF_TOKEN and L2FACE_HUB_REPOSITORY"]
fn the_real_hub() {
    let (Some(name), Some(_)) = (std::env::var_os("L2FACE_HUB_REPOSITORY"), std::env::var_os("HF_TOKEN")) else {
        println!("SKIPPED: needs HF_TOKEN and L2FACE_HUB_REPOSITORY=OWNER/NAME");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = packed(folder.path());
    for _ in 0..2 {
        let mut publish = Command::new(env!("CARGO_BIN_EXE_publish"));
        let done = publish.arg(&path).arg(&name).args(["--private", "--overwrite"]).output().expect("the program");
        println!("{:?}", texts(&done));
        assert!(done.status.success());
    }
    let place = format!("hf:{}", name.to_string_lossy());
    let checked = Command::new(env!("CARGO_BIN_EXE_model")).args(["check", &place]).output().expect("the program");
    assert!(checked.status.success(), "{:?}", texts(&checked));
}
