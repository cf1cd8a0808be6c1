//! mock_hub.py on a free port, and l2face-hub as its user.
use crate::python::{absent, folder};
use l2face_hub::{Hub, Published};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const TOKEN: &str = "hf_TokenOfThePeers";

/// A process that ends with the test.
pub struct Running {
    child: Child,
    pub port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts a server and waits until it listens.
    pub fn start(port: u16, command: &mut Command) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a server starts");
        let running = Self { child, port };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "the server does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        running
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn hub(&self, cache: &Path) -> Hub {
        Hub::builder(cache).endpoint(self.endpoint()).token(TOKEN).build().expect("a hub")
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// The server, if it is beside the checkout and there is a Python; its log goes to a file of that folder. Large files go to `storage`, if there is one.
pub fn mock(log: &Path, storage: Option<&str>) -> Option<Running> {
    if absent() {
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tools/mock_hub.py");
    if !script.is_file() {
        eprintln!("SKIPPED: {} is absent", script.display());
        return None;
    }
    let port = free_port();
    let mut command = Command::new(folder().join("venv/bin/python"));
    command.arg(script).arg(port.to_string()).arg(log).args(storage);
    Some(Running::start(port, &mut command))
}

/// The files of a folder by their paths.
pub fn read(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.into()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => {
                    let path = entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                    files.push((path, fs::read(entry.path()).expect("bytes")));
                }
            }
        }
    }
    files.sort();
    files
}

/// Every file of a publication by the download side, compared with the folder.
pub fn comes_back(hub: &Hub, published: &Published, model: &Path) {
    for (file, bytes) in read(model) {
        let (name, commit) = published.place.split_once('@').expect("a commit");
        let fetched = hub.fetch(&format!("{name}/{file}@{commit}").parse().expect("a place")).expect("a file");
        assert!(fs::read(fetched.path).expect("bytes") == bytes, "{file} differs");
    }
}
