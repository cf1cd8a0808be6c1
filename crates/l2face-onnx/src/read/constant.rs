//! A constant while the file is read: sizes are computed with, numbers become weights.
use candle_core::{bail, Device, Error, Result, Tensor};

/// Numbers and their shape.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    pub shape: Vec<usize>,
    pub data: Data,
}

/// The two kinds of numbers.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Floats(Vec<f32>),
    Whole(Vec<i64>),
}

impl Constant {
    /// A row of sizes, or of axes.
    pub fn whole(values: Vec<i64>) -> Self {
        Self { shape: vec![values.len()], data: Data::Whole(values) }
    }

    pub fn len(&self) -> usize {
        match &self.data {
            Data::Floats(v) => v.len(),
            Data::Whole(v) => v.len(),
        }
    }

    /// Its whole numbers.
    pub fn integers(&self) -> Result<&[i64]> {
        match &self.data {
            Data::Whole(values) => Ok(values),
            Data::Floats(_) => bail!("takes whole numbers, got others"),
        }
    }

    /// Its numbers as a tensor.
    pub fn tensor(&self) -> Result<Tensor> {
        let values: Vec<f32> = match &self.data {
            Data::Floats(values) => values.clone(),
            Data::Whole(values) => values.iter().map(|&v| v as f32).collect(),
        };
        Tensor::from_vec(values, self.shape.as_slice(), &Device::Cpu)
    }

    /// The numbers of a tensor.
    pub fn of(tensor: &Tensor) -> Result<Self> {
        Ok(Self { shape: tensor.dims().to_vec(), data: Data::Floats(tensor.flatten_all()?.to_vec1()?) })
    }

    /// Its axes in another order; whole numbers stay whole.
    pub fn permuted(&self, order: Vec<usize>) -> Result<Self> {
        let shape = self.shape.as_slice();
        let turned = match &self.data {
            Data::Floats(v) => Tensor::from_slice(v, shape, &Device::Cpu),
            Data::Whole(v) => Tensor::from_slice(v, shape, &Device::Cpu),
        }?;
        let turned = turned.permute(order)?.contiguous()?;
        let (shape, flat) = (turned.dims().to_vec(), turned.flatten_all()?);
        let data = match self.data {
            Data::Floats(_) => Data::Floats(flat.to_vec1()?),
            Data::Whole(_) => Data::Whole(flat.to_vec1()?),
        };
        Ok(Self { shape, data })
    }

    /// Its only number.
    pub fn scalar(&self) -> Result<f64> {
        match &self.data {
            Data::Floats(v) if v.len() == 1 => Ok(f64::from(v[0])),
            Data::Whole(v) if v.len() == 1 => Ok(v[0] as f64),
            _ => bail!("takes one number, got {:?}", self.shape),
        }
    }

    /// The same numbers in another shape.
    pub fn reshaped(self, shape: Vec<usize>) -> Result<Self> {
        let count = shape.iter().try_fold(1usize, |n, &s| n.checked_mul(s));
        match count == Some(self.len()) {
            true => Ok(Self { shape, ..self }),
            false => Err(Error::msg(format!("{:?} does not have the numbers of {shape:?}", self.shape))),
        }
    }
}
