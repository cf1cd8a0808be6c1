//! Small files of strangers.
use crate::error::{ModelError, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Most bytes of a configuration or a card.
const SMALL: u64 = 1 << 20;

/// The text of a regular file of at most 1 MiB.
pub(crate) fn text(path: &Path) -> Result<String> {
    let kind = std::fs::metadata(path).map_err(ModelError::io(path))?;
    if !kind.is_file() {
        return Err(ModelError::file(path, "not a file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(ModelError::io(path))?;
    file.take(SMALL + 1).read_to_end(&mut bytes).map_err(ModelError::io(path))?;
    if bytes.len() as u64 > SMALL {
        return Err(ModelError::file(path, "larger than 1 MiB: no model needs that"));
    }
    String::from_utf8(bytes).map_err(|_| ModelError::file(path, "not UTF-8 text"))
}

/// Whether it is there, whatever it is.
pub(crate) fn exists(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}
