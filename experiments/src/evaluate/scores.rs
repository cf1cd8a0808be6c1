//! An evaluation's scores on disk: as JSON, or as tensors where there are so many that JSON would take hundreds of megabytes.
use crate::files;
use anyhow::{bail, ensure, Context, Result};
use l2face_eval::FoldScores;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The readable form.
pub const JSON: &str = "scores.json";
/// The compact form: `scores` (f64, one for each pair, -inf where a template failed), `same` (u8, 1 or 0), `fold` (u32, from 0), and everything else
/// as JSON under `scores` in the file's metadata.
pub const TENSORS: &str = "scores.safetensors";
/// Pairs that are still written as JSON.
const MOST: usize = 1_000_000;
const KEY: &str = "scores";

/// Writes the scores into the folder in the form that fits their number, and gives the file's SHA-256; of the other form none is left.
///
/// # Errors
/// A disk that fails.
pub fn write(folder: &Path, scores: &FoldScores) -> Result<String> {
    write_up_to(folder, scores, MOST)
}

fn write_up_to(folder: &Path, scores: &FoldScores, most: usize) -> Result<String> {
    let (name, other, bytes) = match scores.scores.len() <= most {
        true => (JSON, TENSORS, serde_json::to_vec(scores)?),
        false => (TENSORS, JSON, tensors(scores)?),
    };
    files::write(&folder.join(name), &bytes)?;
    match fs::remove_file(folder.join(other)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| folder.join(other).display().to_string())
        }
        _ => Ok(crate::hash::bytes(&bytes)),
    }
}

fn tensors(scores: &FoldScores) -> Result<Vec<u8>> {
    let n = scores.scores.len();
    let values: Vec<u8> = scores.scores.iter().flat_map(|s| s.to_le_bytes()).collect();
    let same: Vec<u8> = scores.same.iter().map(|same| u8::from(*same)).collect();
    let fold: Vec<u8> = scores.fold.iter().flat_map(|f| f.to_le_bytes()).collect();
    let views = [("scores", Dtype::F64, &values), ("same", Dtype::U8, &same), ("fold", Dtype::U32, &fold)];
    let views = views.map(|(name, dtype, bytes)| Ok((name, TensorView::new(dtype, vec![n], bytes)?)));
    let views = views.into_iter().collect::<Result<Vec<_>>>()?;
    let metadata = HashMap::from([(KEY.to_owned(), serde_json::to_string(&without_lists(scores))?)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// Everything but the long lists.
fn without_lists(scores: &FoldScores) -> FoldScores {
    let list = scores.list.clone();
    FoldScores { list, scores: vec![], same: vec![], fold: vec![], identities: vec![], ..*scores }
}

/// The scores that an evaluation left in the folder, and the file's SHA-256.
///
/// # Errors
/// A folder without scores, a file that is damaged.
pub fn read(folder: &Path) -> Result<(FoldScores, String)> {
    for (name, read) in [(JSON, from_json as fn(&[u8]) -> _), (TENSORS, from_tensors)] {
        let path = folder.join(name);
        if path.is_file() {
            let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
            let scores = read(&bytes).with_context(|| path.display().to_string())?;
            return Ok((scores, crate::hash::bytes(&bytes)));
        }
    }
    bail!("{} holds no {JSON} or {TENSORS}: `cargo xtask evaluate` leaves one", folder.display())
}

fn from_json(bytes: &[u8]) -> Result<FoldScores> {
    Ok(serde_json::from_slice(bytes)?)
}

fn from_tensors(bytes: &[u8]) -> Result<FoldScores> {
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    let rest = header.metadata().as_ref().and_then(|all| all.get(KEY)).context("its metadata lacks `scores`")?;
    let mut scores: FoldScores = serde_json::from_str(rest)?;
    let file = SafeTensors::deserialize(bytes)?;
    let of = |name: &str, dtype: Dtype| -> Result<Vec<u8>> {
        let tensor = file.tensor(name)?;
        ensure!(tensor.dtype() == dtype && tensor.shape().len() == 1, "{name} is no list of {dtype:?}");
        Ok(tensor.data().to_vec())
    };
    scores.scores = of("scores", Dtype::F64)?.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect();
    scores.same = of("same", Dtype::U8)?.into_iter().map(|same| same != 0).collect();
    scores.fold = of("fold", Dtype::U32)?.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
    let lengths = [scores.scores.len(), scores.same.len(), scores.fold.len()];
    ensure!(lengths.iter().all(|n| *n == lengths[0]), "its lists differ in length: {lengths:?}");
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use l2face_eval::{FaceCounts, FailurePolicy, ListUsed, Pooling};

    fn made(n: usize) -> FoldScores {
        let score = |i: usize| if i == 3 { f64::NEG_INFINITY } else { (i as f64 * 0.37).sin() / 3. };
        FoldScores {
            list: ListUsed { file: "matches.csv".into(), form: "1:1 comparisons".into(), errata: None },
            pooling: Pooling::default(),
            failures: FailurePolicy::Nist,
            faces: FaceCounts { total: 9, failed: 1, centre_cropped: 0, zero: 0 },
            templates: 8,
            failed_templates: 1,
            failed_pairs: 1,
            folds: 2,
            scores: (0..n).map(score).collect(),
            same: (0..n).map(|i| i % 3 == 0).collect(),
            fold: (0..n as u32).map(|i| i % 2).collect(),
            identities: vec![],
        }
    }

    #[test]
    fn both_forms_come_back_to_the_bit_and_replace_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let scores = made(10);
        for (most, name) in [(10, JSON), (9, TENSORS), (10, JSON)] {
            let written = write_up_to(folder.path(), &scores, most).expect("written");
            let files: Vec<_> =
                fs::read_dir(folder.path()).expect("a folder").flatten().map(|f| f.file_name()).collect();
            assert_eq!(files, [name]);
            let (back, of) = read(folder.path()).expect("scores");
            assert_eq!(of, written);
            let bits = |scores: &FoldScores| scores.scores.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
            assert_eq!((bits(&back), &back), (bits(&scores), &scores));
        }
    }

    #[test]
    fn tensors_take_thirteen_bytes_a_pair() {
        let more = tensors(&made(20_000)).expect("bytes").len() - tensors(&made(10_000)).expect("bytes").len();
        assert!(more.abs_diff(130_000) < 64, "{more}");
    }

    #[test]
    fn damaged_files_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = |bytes: &[u8]| {
            fs::write(folder.path().join(TENSORS), bytes).expect("a file");
            format!("{:#}", read(folder.path()).expect_err("damaged"))
        };
        let whole = tensors(&made(10)).expect("bytes");
        assert!(error(&whole[..whole.len() - 1]).contains(TENSORS));
        assert!(error(b"{}").contains(TENSORS));
        let bytes = [0u8; 8];
        let view = || TensorView::new(Dtype::F64, vec![1], &bytes).expect("a view");
        let lone = |metadata| safetensors::serialize([("scores", view())], metadata).expect("bytes");
        assert!(error(&lone(None)).contains("its metadata lacks `scores`"));
        let rest =
            serde_json::to_string(&FoldScores { scores: vec![], same: vec![], fold: vec![], ..made(0) }).expect("JSON");
        assert!(error(&lone(Some(HashMap::from([(KEY.to_owned(), rest.clone())])))).contains("same"));
        let short = [("scores", view()), ("same", TensorView::new(Dtype::U8, vec![2], &bytes[..2]).expect("a view"))];
        let fold = ("fold", TensorView::new(Dtype::U32, vec![1], &bytes[..4]).expect("a view"));
        let bytes =
            safetensors::serialize(short.into_iter().chain([fold]), Some(HashMap::from([(KEY.to_owned(), rest)])));
        assert!(error(&bytes.expect("bytes")).contains("differ in length: [1, 2, 1]"));
        fs::remove_file(folder.path().join(TENSORS)).expect("it was there");
        assert!(read(folder.path())
            .expect_err("none")
            .to_string()
            .contains("holds no scores.json or scores.safetensors"));
    }
}
