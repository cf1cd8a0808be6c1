//! The mock Hub of `../shared/tools`, and programs that talk to it.
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The mock, stopped at the end.
pub struct Mock {
    process: Child,
    pub endpoint: String,
    pub log: PathBuf,
}

impl Mock {
    /// `None` where python3 or the mock is missing, with a line that says so.
    pub fn start(folder: &Path) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/tools/mock_hub.py");
        let python = Command::new("python3").arg("--version").output();
        if !script.is_file() || !python.is_ok_and(|done| done.status.success()) {
            println!("SKIPPED: needs python3 and {}", script.display());
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let (mut command, log) = (Command::new("python3"), folder.join("log"));
        command.arg(script).arg(port.to_string()).arg(&log).stdin(Stdio::null());
        let mock =
            Self { process: command.spawn().expect("a process"), endpoint: format!("http://127.0.0.1:{port}"), log };
        let answers = |_| {
            std::thread::sleep(Duration::from_millis(100));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        };
        assert!((0..200).any(answers), "the mock does not answer");
        Some(mock)
    }

    /// The commit.
    pub fn upload(&self, repository: &str, file: &str, path: &Path) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hub/upload.py");
        let done = Command::new("python3").arg(script).args([&self.endpoint, repository, file]).arg(path).output();
        let done = done.expect("a process");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_string()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("the mock ends");
    }
}

pub fn model(endpoint: &str, home: &Path, args: &[&str]) -> Output {
    program(env!("CARGO_BIN_EXE_model"), endpoint, home).args(args).output().expect("the program")
}

/// A program that sees this Hub and none of the user's settings.
pub fn program(path: &str, endpoint: &str, home: &Path) -> Command {
    let mut command = Command::new(path);
    let others = ["HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE"];
    for name in others {
        command.env_remove(name);
    }
    command.env("HF_ENDPOINT", endpoint).env("HF_HOME", home);
    command
}

pub fn texts(output: &Output) -> [String; 2] {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
