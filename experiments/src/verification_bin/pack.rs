//! From a folder to a file, which appears whole or not at all and is read back before.
use anyhow::{bail, ensure, Context, Result};
use l2face_eval::{UnpackedBin, VerificationBin};
use std::io::{BufWriter, Write};
use std::path::Path;
use tempfile::NamedTempFile;

pub(super) fn pack(dir: &Path, file: &Path) -> Result<String> {
    if file.exists() || file.is_symlink() {
        bail!("{} exists: name another file", file.display());
    }
    let unpacked = UnpackedBin::open(dir)?;
    let parent = file.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let mut temp = temporary(parent).with_context(|| format!("cannot write into {}", parent.display()))?;
    let written = (|| {
        let mut out = BufWriter::new(temp.as_file_mut());
        unpacked.pack(&mut out)?;
        out.flush()
    })();
    written.with_context(|| format!("cannot write {}", file.display()))?;
    temp.as_file().sync_all()?;
    let back = VerificationBin::open(temp.path())?;
    ensure!(back.same() == unpacked.same(), "{}: it did not come back as it was written", file.display());
    temp.persist_noclobber(file).map_err(|e| e.error).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(format!("{}: {} images of {} pairs\n", file.display(), back.images(), back.same().len()))
}

/// A file without a name yet, which others may read later, as far as the umask lets them.
fn temporary(parent: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(parent)
}
