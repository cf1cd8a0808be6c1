//! Weights in the form that `torch.save` wrote before 1.6 (`torch/serialization.py`, `_legacy_save`): five pickles, a magic number, a version, the
//! machine, the state dict and the storages' names, and after them each storage as its length and its numbers.
use super::compare::{compare, Shapes};
use candle_core::{bail, Device, Error, Result, Tensor};
use l2face_pickle::{Entries, Limits, Pickle, Value, Values};
use std::collections::{BTreeMap, HashMap};

/// The first pickle: 0x1950a86a20f9469cfc6c.
pub const MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
/// The only names that a state dict of `f32` needs.
const GLOBALS: &[(&str, &str)] =
    &[("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2"), ("torch", "FloatStorage")];
const VERSION: i64 = 1001;

/// A tensor in a storage. The published weights are transposed views: their numbers lie in the order of TensorFlow.
struct View {
    storage: String,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

/// # Errors
/// When the file is damaged, names anything but tensors of `f32`, or holds others than are wanted.
pub fn tensors(file: &[u8], wanted: &Shapes) -> Result<HashMap<String, Tensor>> {
    let mut rest = file.strip_prefix(MAGIC).ok_or_else(|| damaged("its first bytes"))?;
    if next(&mut rest)?.root().int() != Some(VERSION) {
        bail!("a .pt of another version than {VERSION}; save it again with a current torch, as safetensors");
    }
    if !is_little_endian(next(&mut rest)?.root()) {
        bail!("written on a big-endian machine; save it again on another");
    }
    let views = views(next(&mut rest)?.root())?;
    let storages = storages(next(&mut rest)?.root(), rest)?;
    compare(wanted, &views.iter().map(|(name, view)| (name.clone(), view.shape.clone())).collect())?;
    views.into_iter().map(|(name, view)| Ok((name, view.tensor(&storages)?))).collect()
}

/// Takes a pickle off the front.
fn next(rest: &mut &[u8]) -> Result<Pickle> {
    let pickle = Pickle::parse(rest.to_vec(), GLOBALS, &Limits::default()).map_err(Error::wrap)?;
    *rest = rest.get(pickle.end()..).unwrap_or_default();
    Ok(pickle)
}

fn is_little_endian(machine: Value<'_>) -> bool {
    let value = machine.dict().and_then(|entries| entries.find("little_endian"));
    value.is_some_and(|v| matches!(v.kind(), l2face_pickle::Kind::Bool(true)))
}

fn views(root: Value<'_>) -> Result<BTreeMap<String, View>> {
    let ordered = root.object().filter(|o| o.global() == ("collections", "OrderedDict"));
    let Some(entries) = ordered.map(|o| o.entries()).or_else(|| root.dict()) else {
        bail!("a state dict is needed, it holds {}; save net.state_dict()", root.what());
    };
    entries_of(entries)
}

fn entries_of(entries: Entries<'_>) -> Result<BTreeMap<String, View>> {
    let named = |(key, value): (Value<'_>, Value<'_>)| {
        let name = key.text().ok_or_else(|| damaged("a tensor's name"))?;
        let view = view(value).ok_or_else(|| damaged(&format!("{name}: not a plain tensor of f32, or it")))?;
        Ok((name.to_owned(), view))
    };
    entries.iter().map(named).collect()
}

/// `_rebuild_tensor_v2(storage, offset, shape, strides, ..)` with `("storage", FloatStorage, name, ..)`.
fn view(value: Value<'_>) -> Option<View> {
    let call = value.object().filter(|o| o.global() == ("torch._utils", "_rebuild_tensor_v2"))?;
    let storage = call.args().get(0)?.persistent()?.tuple()?;
    let is_storage =
        storage.get(0)?.text() == Some("storage") && storage.get(1)?.global()? == ("torch", "FloatStorage");
    let view = View {
        storage: storage.get(2)?.text()?.to_owned(),
        offset: usize::try_from(call.args().get(1)?.int()?).ok()?,
        shape: sizes(call.args().get(2)?.tuple()?)?,
        strides: sizes(call.args().get(3)?.tuple()?)?,
    };
    (is_storage && view.shape.len() == view.strides.len()).then_some(view)
}

fn sizes(values: Values<'_>) -> Option<Vec<usize>> {
    values.iter().map(|v| usize::try_from(v.int()?).ok()).collect()
}

impl View {
    /// Its numbers in row-major order; the shape is one that is wanted.
    fn tensor(&self, storages: &HashMap<String, &[u8]>) -> Result<Tensor> {
        let numbers = storages.get(&self.storage).and_then(|storage| self.gather(storage));
        let numbers = numbers.ok_or_else(|| damaged(&format!("storage {}", self.storage)))?;
        Tensor::from_vec(numbers, self.shape.as_slice(), &Device::Cpu)
    }

    /// None when one lies outside.
    fn gather(&self, storage: &[u8]) -> Option<Vec<f32>> {
        let mut places = vec![self.offset];
        for (side, stride) in self.shape.iter().zip(&self.strides) {
            let last = side.saturating_sub(1).checked_mul(*stride)?;
            places.iter().try_for_each(|place| place.checked_add(last).map(|_| ()))?;
            places = places.iter().flat_map(|place| (0..*side).map(move |i| place + i * stride)).collect();
        }
        let number = |place: usize| {
            let start = place.checked_mul(4)?;
            let bytes = storage.get(start..start.checked_add(4)?)?;
            Some(f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        };
        places.into_iter().map(number).collect()
    }
}

/// The bytes of each storage, by name.
fn storages<'a>(names: Value<'_>, mut rest: &'a [u8]) -> Result<HashMap<String, &'a [u8]>> {
    let names = names.list().ok_or_else(|| damaged("the list of storages"))?;
    let mut storages = HashMap::new();
    for name in names.iter() {
        let name = name.text().ok_or_else(|| damaged("a storage's name"))?;
        let (len, after) = rest.split_first_chunk::<8>().ok_or_else(|| damaged(&format!("storage {name}")))?;
        let bytes = usize::try_from(u64::from_le_bytes(*len)).ok().and_then(|len| len.checked_mul(4));
        let split = bytes.and_then(|bytes| after.split_at_checked(bytes));
        let (storage, after) = split.ok_or_else(|| damaged(&format!("storage {name}")))?;
        storages.insert(name.to_owned(), storage);
        rest = after;
    }
    match rest.is_empty() {
        true => Ok(storages),
        false => bail!("{} bytes are left after the last storage: the file is damaged; fetch it again", rest.len()),
    }
}

fn damaged(what: &str) -> Error {
    Error::msg(format!("{what} is damaged or truncated; fetch the file again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by ../../tests/legacy_pt.py: a (2, 3) of 0.5, 1.5, .. and b (4), the second half of a storage of 8.
    const FILE: &[u8] = include_bytes!("../../tests/fixtures/legacy.pt");

    fn wanted() -> Shapes {
        [("a".to_owned(), vec![2, 3]), ("b".to_owned(), vec![4])].into()
    }

    #[test]
    fn what_torch_wrote_is_read() -> Result<()> {
        let tensors = tensors(FILE, &wanted())?;
        assert_eq!(tensors["a"].to_vec2::<f32>()?, [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]]);
        assert_eq!(tensors["b"].to_vec1::<f32>()?, [-4., -5., -6., -7.]);
        Ok(())
    }

    #[test]
    fn every_truncation_is_an_error() {
        for end in 0..FILE.len() {
            assert!(tensors(&FILE[..end], &wanted()).is_err(), "{end} of {} bytes", FILE.len());
        }
        let longer = [FILE, &[0]].concat();
        assert!(tensors(&longer, &wanted()).expect_err("longer").to_string().contains("1 bytes are left"));
    }

    #[test]
    fn no_change_of_a_byte_panics() {
        for at in 0..FILE.len() {
            for change in [1, 0x80, 0xff] {
                let mut file = FILE.to_vec();
                file[at] ^= change;
                let _ = tensors(&file, &wanted()).map_err(|e| assert!(!e.to_string().is_empty()));
            }
        }
    }

    #[test]
    fn a_foreign_function_is_named() {
        let at = FILE.windows(12).position(|w| w == b"FloatStorage").expect("it names it");
        let mut file = FILE.to_vec();
        file[at..at + 12].copy_from_slice(b"FloatStorag3");
        let error = tensors(&file, &wanted()).expect_err("not allowed").to_string();
        assert!(error.contains("torch.FloatStorag3"), "{error}");
    }

    /// The strides of a, 3 and 1, changed to these.
    fn with_strides(strides: [u8; 2]) -> Result<HashMap<String, Tensor>> {
        let at = FILE.windows(6).position(|w| w == b"K\x03K\x01\x86q").expect("the strides of a");
        let mut file = FILE.to_vec();
        file[at + 1] = strides[0];
        file[at + 3] = strides[1];
        tensors(&file, &wanted())
    }

    #[test]
    fn a_transposed_tensor_is_put_in_order() -> Result<()> {
        assert_eq!(with_strides([1, 2])?["a"].to_vec2::<f32>()?, [[0.5, 2.5, 4.5], [1.5, 3.5, 5.5]]);
        let error = with_strides([4, 1]).expect_err("beyond the storage").to_string();
        assert!(error.contains("storage") && error.contains("fetch the file again"), "{error}");
        Ok(())
    }
}
