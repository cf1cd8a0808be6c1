//! What a checkpoint's pickle says of one tensor.
use crate::weights::fault::{refuse, Checked, Fault};
use crate::weights::file::bytes_of;
use candle_core::DType;
use l2face_pickle::{Globals, Object, Value, Values};

/// All that tensors are made of, and nothing else.
pub(super) const ALLOWED: Globals<'static> = &[
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._tensor", "_rebuild_from_type_v2"),
    ("torch", "Tensor"),
    ("torch.nn.parameter", "Parameter"),
    ("torch", "FloatStorage"),
    ("torch", "DoubleStorage"),
    ("torch", "HalfStorage"),
    ("torch", "BFloat16Storage"),
    ("torch", "LongStorage"),
    ("torch", "IntStorage"),
    ("torch", "ShortStorage"),
    ("torch", "CharStorage"),
    ("torch", "ByteStorage"),
    ("torch", "BoolStorage"),
];

/// A tensor's view of a storage; sizes, strides and offset in elements.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub dtype: DType,
    pub shape: Vec<usize>,
    pub strides: Vec<u64>,
    pub offset: u64,
    /// The storage's name below `data/`.
    pub key: String,
}

/// The tensor that a value of a state dict stands for; none if it is something else.
///
/// # Errors
/// A call for a tensor whose arguments are not those of torch, or whose view does not fit its storage.
pub(super) fn tensor(value: Value<'_>) -> Checked<Option<Stored>> {
    let Some(call) = value.object() else { return Ok(None) };
    match call.global() {
        ("torch._utils", "_rebuild_tensor_v2") => rebuilt(call.args()).map(Some),
        // (tensor, requires_grad, hooks)
        ("torch._utils", "_rebuild_parameter") => match call.args().get(0) {
            Some(inner) => plain(inner).map(Some),
            None => refuse!("a parameter without arguments: the file is damaged"),
        },
        // (function, type, its arguments, state)
        ("torch._tensor", "_rebuild_from_type_v2") => from_type(call).map(Some),
        _ => Ok(None),
    }
}

/// Below a parameter only a plain tensor stands, so nothing recurses.
fn plain(value: Value<'_>) -> Checked<Stored> {
    match value.object().filter(|call| call.global() == ("torch._utils", "_rebuild_tensor_v2")) {
        Some(call) => rebuilt(call.args()),
        None => refuse!("a parameter of {} in place of a tensor: the file is damaged", value.what()),
    }
}

fn from_type(call: Object<'_>) -> Checked<Stored> {
    let args = call.args();
    let function = args.get(0).and_then(Value::global);
    match (function, args.get(2).and_then(Value::tuple)) {
        (Some(("torch._utils", "_rebuild_tensor_v2")), Some(args)) => rebuilt(args),
        (Some(("torch._utils", "_rebuild_parameter")), Some(args)) if !args.is_empty() => match args.get(0) {
            Some(inner) => plain(inner),
            None => refuse!("a parameter without arguments: the file is damaged"),
        },
        _ => refuse!("_rebuild_from_type_v2 without a tensor's function and arguments: the file is damaged"),
    }
}

/// (storage, offset, size, stride, requires_grad, hooks), the arguments of `torch._utils._rebuild_tensor_v2`.
fn rebuilt(args: Values<'_>) -> Checked<Stored> {
    let storage = args.get(0).and_then(Value::persistent).and_then(Value::tuple);
    let (shape, strides) = (numbers(args.get(2)), numbers(args.get(3)));
    let (Some(storage), Some(offset), Some(shape), Some(strides)) = (storage, number(args.get(1)), shape, strides)
    else {
        refuse!("not (storage, offset, size, stride, ..): the file is damaged");
    };
    let (dtype, key, elements) = self::storage(storage)?;
    let shape = shape.into_iter().map(|n| usize::try_from(n).map_err(Fault::new)).collect::<Checked<Vec<_>>>()?;
    let stored = Stored { dtype, shape, strides, offset, key };
    stored.check(elements)?;
    Ok(stored)
}

/// ('storage', class, key, place, elements), the persistent id of `torch.save`.
fn storage(id: Values<'_>) -> Checked<(DType, String, u64)> {
    let is_storage = id.get(0).and_then(Value::text) == Some("storage");
    let class = id.get(1).and_then(Value::global).filter(|(module, _)| *module == "torch" && is_storage);
    let (Some((_, class)), Some(key), Some(elements)) = (class, id.get(2).and_then(Value::text), number(id.get(4)))
    else {
        refuse!("a storage that is not ('storage', class, key, place, elements): the file is damaged");
    };
    let dtype = match class {
        "FloatStorage" => DType::F32,
        "DoubleStorage" => DType::F64,
        "HalfStorage" => DType::F16,
        "BFloat16Storage" => DType::BF16,
        "LongStorage" => DType::I64,
        "IntStorage" => DType::I32,
        "ShortStorage" => DType::I16,
        "ByteStorage" | "BoolStorage" => DType::U8,
        other => {
            refuse!("{other} (8-bit integers, as of a quantised network) is not read; save the weights as float32")
        }
    };
    Ok((dtype, key.into(), elements))
}

/// Not below zero.
fn number(value: Option<Value<'_>>) -> Option<u64> {
    value.and_then(Value::int).and_then(|n| u64::try_from(n).ok())
}

fn numbers(value: Option<Value<'_>>) -> Option<Vec<u64>> {
    // More dimensions than any tensor has are refused with the shape.
    value.and_then(Value::tuple)?.iter().map(|n| number(Some(n))).collect()
}

impl Stored {
    /// # Errors
    /// A view that leaves its storage, or that shows elements of it more than once.
    fn check(&self, elements: u64) -> Checked<()> {
        let (shape, strides) = (&self.shape, &self.strides);
        let bytes = bytes_of(shape, self.dtype).filter(|_| shape.len() == strides.len());
        let Some(bytes) = bytes else {
            refuse!("size {shape:?} with stride {strides:?} is no tensor's: the file is damaged")
        };
        let count = bytes / self.dtype.size_in_bytes() as u64;
        let span = self.span().filter(|span| self.offset.checked_add(*span).is_some_and(|end| end <= elements));
        let Some(span) = span else {
            refuse!("size {shape:?}, stride {strides:?} at {} leave its storage of {elements} elements: the file is damaged", self.offset);
        };
        if count > span {
            refuse!("size {shape:?}, stride {strides:?} show elements of its storage more than once (expand); save it as .contiguous()");
        }
        Ok(())
    }

    /// Elements from the first to the last of the view, both included.
    pub(super) fn span(&self) -> Option<u64> {
        if self.shape.contains(&0) {
            return Some(0);
        }
        let step = |sum: u64, (n, stride): (&usize, &u64)| sum.checked_add(stride.checked_mul(*n as u64 - 1)?);
        self.shape.iter().zip(&self.strides).try_fold(1, step)
    }

    /// Bytes of the storage that the pickle's numbers ask for at least.
    pub(super) fn bytes(&self) -> Option<(u64, u64)> {
        let size = self.dtype.size_in_bytes() as u64;
        Some((self.offset.checked_mul(size)?, self.span()?.checked_mul(size)?))
    }

    /// Whether elements follow one another in row-major order.
    pub(super) fn is_row_major(&self) -> bool {
        let mut next = 1;
        self.shape.iter().zip(&self.strides).rev().all(|(n, stride)| {
            let fits = *n == 1 || *stride == next;
            next *= *n as u64;
            fits
        })
    }
}
