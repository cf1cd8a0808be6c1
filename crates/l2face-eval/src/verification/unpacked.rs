//! A folder of images and `pairs.csv`, as [`unpack_bin`](super::unpack_bin) writes it, to be packed.
use super::pack_bin;
use crate::folds::is_plain_name;
use crate::table::{Row, Table};
use crate::EvalError;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const ADVICE: &str = "pairs.csv lists the images two by two, with the columns first, second, same (1 or 0)";
/// What a file may hold in all, so that [`VerificationBin`](super::VerificationBin) reads it.
const MOST: u64 = 4 << 30;
/// The pairs that it may hold, likewise.
const MOST_PAIRS: usize = 300_000;

/// A verification set in a folder: `pairs.csv` with the columns first, second, same, and the JPEG or PNG files that it names, in the order of
/// the pairs. Files are looked at, not decoded.
#[derive(Clone, Debug)]
pub struct UnpackedBin {
    images: Vec<PathBuf>,
    same: Vec<bool>,
}

impl UnpackedBin {
    /// Reads `pairs.csv` and looks at every file that it names.
    ///
    /// # Errors
    /// With file and line: a missing file or column, a label that is not 1 or 0, a name that leads out of the folder, what is no regular file (a
    /// link, a folder), no JPEG or PNG, more in all than a `.bin` may hold.
    pub fn open(folder: &Path) -> Result<Self, EvalError> {
        let table = Table::open(&folder.join("pairs.csv"), &["first", "second", "same"], ADVICE)?;
        let (mut unpacked, mut bytes) = (Self { images: vec![], same: vec![] }, 0);
        for row in table.rows() {
            for column in ["first", "second"] {
                let (path, size) = image(folder, &row, column)?;
                bytes += size;
                unpacked.images.push(path);
            }
            unpacked.same.push(label(&row)?);
            if bytes > MOST || unpacked.same.len() > MOST_PAIRS {
                let problem =
                    format!("more than {MOST} bytes or {MOST_PAIRS} pairs up to here, which no .bin may hold");
                return Err(EvalError::BadRow { at: row.at(), problem });
            }
        }
        Ok(unpacked)
    }

    /// For each pair, whether it is one person.
    pub fn same(&self) -> &[bool] {
        &self.same
    }

    /// Writes the pickled pair (images, issame), one image in memory at a time: see [`pack_bin`].
    ///
    /// # Errors
    /// Those of `out` and of the files. Then what was written is not a whole file: write to a temporary name.
    pub fn pack(&self, out: &mut impl Write) -> io::Result<()> {
        let read = |i: usize| {
            let path = &self.images[i];
            fs::read(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
        };
        pack_bin(out, &self.same, read)
    }
}

/// An image's path and size.
fn image(folder: &Path, row: &Row<'_>, column: &'static str) -> Result<(PathBuf, u64), EvalError> {
    let name = row.text(column);
    if !is_plain_name(name) {
        return Err(EvalError::BadPath { at: row.at(), column: column.into(), file: name.into() });
    }
    let path = folder.join(name);
    let bad = |problem: String| EvalError::BadRow { at: row.at(), problem: format!("{name}: {problem}") };
    let kind = fs::symlink_metadata(&path).map_err(|e| bad(e.to_string()))?;
    if !kind.is_file() {
        return Err(bad("it is no regular file".into()));
    }
    let mut head = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(4).read_to_end(&mut head));
    read.map_err(|e| bad(e.to_string()))?;
    match head.starts_with(b"\x89PNG") || head.starts_with(b"\xff\xd8\xff") {
        true => Ok((path, kind.len())),
        false => Err(bad("it is neither JPEG nor PNG".into())),
    }
}

fn label(row: &Row<'_>) -> Result<bool, EvalError> {
    match row.text("same") {
        "1" => Ok(true),
        "0" => Ok(false),
        value => {
            Err(EvalError::BadNumber { at: row.at(), column: "same".into(), value: value.into(), expected: "1 or 0" })
        }
    }
}
