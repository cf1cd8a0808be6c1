//! What Python and numpy make of bytes and truth values in a pickle. The arguments are those of numpy 1 and 2: `numpy._core` was `numpy.core`.
use l2face_pickle::{Globals, Kind, Object, Value, Values};
use std::borrow::Cow;

/// All that a verification file may name.
pub(super) const ALLOWED: Globals<'static> = &[
    ("_codecs", "encode"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy._core.numeric", "_frombuffer"),
];

/// numpy's name of a type, and bytes of one element.
type Type = (&'static str, usize);
const BYTES: [Type; 1] = [("u1", 1)];
const TRUTHS: [Type; 5] = [("b1", 1), ("u1", 1), ("i1", 1), ("i4", 4), ("i8", 8)];

/// Elements of a numpy array or scalar, one after the other.
struct Elements<'a> {
    size: usize,
    bytes: Cow<'a, [u8]>,
}

/// The bytes of one image: bytes, Python 2's `str`, or an array of uint8.
pub(super) fn image(value: Value<'_>) -> Option<Cow<'_, [u8]>> {
    plain(value).or_else(|| elements(value, &BYTES).map(|e| e.bytes))
}

/// One truth value: a bool, 0 or 1, or numpy's.
pub(super) fn truth(value: Value<'_>) -> Option<bool> {
    match value.kind() {
        Kind::Bool(is) => Some(is),
        Kind::Int(number) => zero_or_one(number),
        _ => truths(value).filter(|all| all.len() == 1).map(|all| all[0]),
    }
}

/// The truth values of a numpy array of bools or integers.
pub(super) fn truths(value: Value<'_>) -> Option<Vec<bool>> {
    let Elements { size, bytes } = elements(value, &TRUTHS)?;
    let number = |one: &[u8]| {
        let mut wide = [0; 8];
        wide.get_mut(..size)?.copy_from_slice(one);
        zero_or_one(i64::from_le_bytes(wide))
    };
    bytes.chunks_exact(size).map(number).collect()
}

fn zero_or_one(number: i64) -> Option<bool> {
    match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// Bytes as they are, or as Python 3 writes them below protocol 3: `_codecs.encode(text, 'latin1')`.
fn plain(value: Value<'_>) -> Option<Cow<'_, [u8]>> {
    if let Some(bytes) = value.bytes() {
        return Some(bytes.into());
    }
    let call = value.object().filter(|call| call.global() == ("_codecs", "encode"))?;
    let encoding = call.args().get(1).and_then(Value::text);
    let text = call.args().get(0).and_then(Value::text).filter(|_| encoding == Some("latin1"))?;
    text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>().map(Cow::from)
}

/// An array or scalar of one of the types.
fn elements<'a>(value: Value<'a>, types: &[Type]) -> Option<Elements<'a>> {
    let call = value.object()?;
    let (bytes, dtype, count) = match call.global() {
        // _reconstruct(class, (0,), b'b'), then (version, shape, dtype, by columns, bytes)
        ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
            let state = call.state()?.tuple()?;
            (state.get(4)?, state.get(2)?, count(state.get(1)?.tuple()?)?)
        }
        // _frombuffer(bytes, dtype, shape, order)
        ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => {
            (call.args().get(0)?, call.args().get(1)?, count(call.args().get(2)?.tuple()?)?)
        }
        // scalar(dtype, bytes)
        ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => (call.args().get(1)?, call.args().get(0)?, 1),
        _ => return None,
    };
    let (size, bytes) = (size(dtype.object()?, types)?, plain(bytes)?);
    (count.checked_mul(size) == Some(bytes.len())).then_some(Elements { size, bytes })
}

/// Elements of a vector, also of one that is a row or column; the order of others would have to be known.
fn count(shape: Values<'_>) -> Option<usize> {
    let sizes = shape.iter().map(|n| n.int().and_then(|n| usize::try_from(n).ok()));
    let long: Vec<usize> = sizes.collect::<Option<Vec<_>>>()?.into_iter().filter(|n| *n != 1).collect();
    match long[..] {
        [] => Some(1),
        [count] => Some(count),
        _ => None,
    }
}

/// Bytes of an element of `numpy.dtype(name, ..)` with state (version, order, ..).
fn size(dtype: Object<'_>, types: &[Type]) -> Option<usize> {
    let name = dtype.args().get(0).and_then(letters).filter(|_| dtype.global() == ("numpy", "dtype"))?;
    let (_, size) = types.iter().find(|(known, _)| known.as_bytes() == &name[..])?;
    let order = dtype.state().and_then(Value::tuple).and_then(|state| state.get(1)).and_then(letters);
    // Numbers of one byte have no order.
    (*size == 1 || order.as_deref() == Some(b"<")).then_some(*size)
}

/// A name, which Python 2 writes as bytes.
fn letters(value: Value<'_>) -> Option<Cow<'_, [u8]>> {
    value.text().map(|text| text.as_bytes().into()).or_else(|| plain(value))
}
