//! Writing `.bin` files, and taking them apart.
use super::VerificationBin;
use crate::EvalError;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

/// Writes a pickled pair (images, issame), protocol 3: what Python 3's `pickle.load` and [`VerificationBin`] read. Images are encoded (JPEG, PNG), two
/// for each of `same`, and asked for one by one.
///
/// # Errors
/// Those of `out` and of `image`; an image of 4 GiB or more. Then what was written is not a whole file: write to a temporary name.
pub fn pack_bin(
    out: &mut impl Write,
    same: &[bool],
    mut image: impl FnMut(usize) -> io::Result<Vec<u8>>,
) -> io::Result<()> {
    // PROTO 3, EMPTY_LIST, MARK
    out.write_all(b"\x80\x03](")?;
    for i in 0..2 * same.len() {
        let bytes = image(i)?;
        let len = u32::try_from(bytes.len()).map_err(|_| io::Error::other(format!("image {i} has 4 GiB or more")))?;
        out.write_all(b"B")?;
        out.write_all(&len.to_le_bytes())?;
        out.write_all(&bytes)?;
    }
    // APPENDS, EMPTY_LIST, MARK, NEWTRUE or NEWFALSE for each, APPENDS, TUPLE2, STOP
    out.write_all(b"e](")?;
    for is in same {
        out.write_all(if *is { b"\x88" } else { b"\x89" })?;
    }
    out.write_all(b"e\x86.")
}

/// Writes the images as files `00000_0.jpg`, `00000_1.jpg`, `00001_0.jpg`, .. (`.png` where they are PNG) and `pairs.csv` with the columns first,
/// second, same (1 or 0) into a folder, which is made if need be. Bytes are not decoded.
///
/// # Errors
/// [`EvalError::Io`] of a file that cannot be written.
pub fn unpack_bin(bin: &VerificationBin, folder: &Path) -> Result<(), EvalError> {
    let io = |path: &Path, result: io::Result<()>| result.map_err(|source| EvalError::Io { path: path.into(), source });
    io(folder, std::fs::create_dir_all(folder))?;
    let mut pairs = String::from("first,second,same\n");
    for (i, same) in bin.same().iter().enumerate() {
        let mut names = [String::new(), String::new()];
        for (side, name) in names.iter_mut().enumerate() {
            let bytes = bin.encoded(2 * i + side)?;
            let extension = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpg" };
            *name = format!("{i:05}_{side}.{extension}");
            let path = folder.join(&*name);
            io(&path, std::fs::write(&path, &bytes))?;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(pairs, "{},{},{}", names[0], names[1], u8::from(*same));
    }
    let path = folder.join("pairs.csv");
    io(&path, std::fs::write(&path, pairs))
}
