//! A constant of the file: its numbers, wherever they stand.
use super::constant::{Constant, Data};
use super::external::{self, Beside};
use super::shapes::ranked;
use crate::proto::TensorProto;
use candle_core::{bail, DType, Device, Error, Result, Tensor};
use prost::bytes::Bytes;

/// Most whole numbers of a constant: each takes eight bytes, whatever it takes in the file.
const WHOLE: usize = 1 << 20;

/// The numbers of a tensor.
pub(crate) fn constant(mut tensor: TensorProto, beside: &mut Beside<'_>) -> Result<Constant> {
    ranked(tensor.dims.len())?;
    let shape = tensor.dims.iter().map(|&d| usize::try_from(d).map_err(|_| Error::msg(format!("a size of {d}"))));
    let shape = shape.collect::<Result<Vec<_>>>()?;
    let Some(count) = shape.iter().try_fold(1usize, |n, &s| n.checked_mul(s)) else {
        bail!("{shape:?} cannot be counted");
    };
    let width = width(&tensor)?;
    if matches!(tensor.data_type, Some(6 | 7 | 9)) && count > WHOLE {
        bail!("{count} whole numbers: of sizes and choices there are at most {WHOLE}");
    }
    let Some(size) = count.checked_mul(width) else { bail!("{shape:?} cannot be counted") };
    if tensor.data_location == Some(1) {
        tensor.raw_data = Some(Bytes::from(external::read(&tensor.external_data, beside, size)?));
    }
    let data = match tensor.raw_data.take() {
        Some(raw) => raw_numbers(&tensor, &raw, size)?,
        None => listed(tensor)?,
    };
    let constant = Constant { shape, data };
    match constant.len() == count {
        true => Ok(constant),
        false => bail!("{:?} needs {count} numbers, the file has {}: truncated", constant.shape, constant.len()),
    }
}

/// How many numbers a tensor has; of one in this file, no more than really stand there, whatever its sizes say.
pub(crate) fn held(tensor: &TensorProto) -> usize {
    if tensor.data_location == Some(1) {
        let count = |n: usize, &d: &i64| n.checked_mul(usize::try_from(d).ok()?);
        return tensor.dims.iter().try_fold(1, count).unwrap_or(0);
    }
    let raw = tensor.raw_data.as_ref().map_or(0, |raw| width(tensor).map_or(0, |width| raw.len() / width));
    raw + tensor.float_data.len() + tensor.double_data.len() + tensor.int32_data.len() + tensor.int64_data.len()
}

/// Bytes of one number.
fn width(tensor: &TensorProto) -> Result<usize> {
    Ok(match tensor.data_type {
        Some(9) => 1,
        Some(10 | 16) => 2,
        Some(1 | 6) => 4,
        Some(7 | 11) => 8,
        other => bail!("numbers of type {other:?} are not known, only f32, f64, f16, bf16, i32, i64 and bool"),
    })
}

fn raw_numbers(tensor: &TensorProto, raw: &[u8], size: usize) -> Result<Data> {
    if raw.len() != size {
        bail!("{:?} takes {size} bytes, the file has {}: truncated", tensor.dims, raw.len());
    }
    let floats = |dtype: DType| -> Result<Data> {
        let flat = Tensor::from_raw_buffer(raw, dtype, &[raw.len() / dtype.size_in_bytes()], &Device::Cpu)?;
        Ok(Data::Floats(flat.to_dtype(DType::F32)?.to_vec1()?))
    };
    match tensor.data_type {
        Some(1) => {
            Ok(Data::Floats(raw.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()))
        }
        Some(10) => floats(DType::F16),
        Some(16) => floats(DType::BF16),
        Some(11) => floats(DType::F64),
        Some(9) => Ok(Data::Whole(raw.iter().map(|&b| i64::from(b != 0)).collect())),
        Some(6) => Ok(Data::Whole(
            raw.chunks_exact(4).map(|b| i64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect(),
        )),
        _ => Ok(Data::Whole(raw.chunks_exact(8).filter_map(|b| b.try_into().ok().map(i64::from_le_bytes)).collect())),
    }
}

fn listed(tensor: TensorProto) -> Result<Data> {
    Ok(match tensor.data_type {
        Some(1) => Data::Floats(tensor.float_data),
        Some(11) => Data::Floats(tensor.double_data.iter().map(|&v| v as f32).collect()),
        Some(7) => Data::Whole(tensor.int64_data),
        Some(6 | 9) => Data::Whole(tensor.int32_data.iter().map(|&v| i64::from(v)).collect()),
        _ => {
            // Half precision: the bits of each number in the lower half of an i32.
            let raw: Vec<u8> = tensor.int32_data.iter().flat_map(|v| (*v as u16).to_le_bytes()).collect();
            let size = raw.len();
            raw_numbers(&tensor, &raw, size)?
        }
    })
}
