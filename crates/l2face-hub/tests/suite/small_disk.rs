//! A disk that is full. The program of the tests starts itself anew for one test, in ways that need no rights: with a small file system of its
//! own, which only it sees (`unshare`), and with a limit on the length of a file (`prlimit`), where the system's error is another.
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Bytes that the disk has room for.
pub const ROOM: u64 = 64 << 10;
/// How and where, in the program that is started.
const GIVEN: &str = "L2FACE_SMALL_DISK";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Mounted,
    Limited,
}

/// A folder on a disk that can be small.
pub struct Disk {
    pub folder: PathBuf,
    pub way: Way,
}

/// Runs a test on each kind of small disk; `name` is its own, as the harness has it.
pub fn on_a_small_disk(name: &str, test: impl Fn(&Disk)) {
    if let Some(disk) = Disk::given() {
        return test(&disk);
    }
    let folder = tempfile::tempdir().expect("a folder");
    match ["-rm", "-m"].into_iter().find(|flags| may_mount(flags, folder.path())) {
        Some(flags) => again(Command::new("unshare").arg(flags), "exec \"$@\"", Way::Mounted, folder.path(), name),
        None => skipped("no user namespace and no right to mount: no full file system"),
    }
    match program("prlimit") {
        // Whoever ignores the signal gets the error.
        true => again(&mut Command::new("env"), "trap '' XFSZ; exec \"$@\"", Way::Limited, folder.path(), name),
        false => skipped("no prlimit: no limit on files"),
    }
}

fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: a full disk: {why}"); // beside what the harness keeps to itself
}

fn may_mount(flags: &str, folder: &Path) -> bool {
    let mut mount = Command::new("unshare");
    mount.arg(flags).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(folder);
    mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn program(name: &str) -> bool {
    Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn again(command: &mut Command, script: &str, way: Way, folder: &Path, name: &str) {
    let program = std::env::current_exe().expect("this program");
    let mut command = command.args(["sh", "-c", script, "sh"]).arg(program).args(["--exact", name, "--nocapture"]);
    command = command.env(GIVEN, format!("{way:?}:{}", folder.display()));
    let output = command.output().expect("it starts");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success() && out.contains("1 passed"), "{way:?}: {}\n{out}\n{err}", output.status);
}

impl Disk {
    fn given() -> Option<Self> {
        let given = std::env::var(GIVEN).ok()?;
        let (way, folder) = given.split_once(':').expect("a way and a folder");
        let way = if way == "Mounted" { Way::Mounted } else { Way::Limited };
        if way == Way::Mounted {
            Self::run(Command::new("mount").args(["-t", "tmpfs", "tmpfs", folder]));
        }
        Some(Self { folder: folder.into(), way })
    }

    /// What the system says when it is full.
    pub fn words(&self) -> &'static str {
        match self.way {
            Way::Mounted => "No space left on device",
            Way::Limited => "File too large",
        }
    }

    /// What `work` gives on a disk that has room for [`ROOM`] bytes.
    pub fn while_small<T>(&self, work: impl FnOnce() -> T) -> T {
        let size = [format!("size={ROOM}"), format!("--fsize={ROOM}:")];
        self.set(size.each_ref().map(String::as_str));
        let done = work();
        self.set(["size=64m", "--fsize=unlimited:"]);
        done
    }

    /// What `work` gives on a disk that has room for so many files and folders, if there can be such a one.
    pub fn while_few<T>(&self, files: usize, work: impl FnOnce() -> T) -> Option<T> {
        if self.way != Way::Mounted {
            return None;
        }
        self.set([&format!("nr_inodes={files}"), ""]);
        let done = work();
        self.set(["nr_inodes=10000", ""]);
        Some(done)
    }

    fn set(&self, [option, limit]: [&str; 2]) {
        match self.way {
            // With its source, so that mount adds no old option, of which an ordinary user may not set all.
            Way::Mounted => {
                let remount = format!("remount,{option}");
                Self::run(Command::new("mount").args(["-t", "tmpfs", "-o", &remount, "tmpfs"]).arg(&self.folder));
            }
            Way::Limited => Self::run(Command::new("prlimit").args(["--pid", &std::process::id().to_string(), limit])),
        }
    }

    fn run(command: &mut Command) {
        let output = command.output().expect("it starts");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
