//! A network's answers as numbers.
use candle_core::{DType, Result, Tensor};

/// What a network says of one place or crop.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    values: &'a [f32],
    /// Distance of neighbouring channels.
    pitch: usize,
}

impl Answer<'_> {
    /// Softmax of the two classes: the probability of a face.
    pub fn probability(&self) -> f32 {
        let [other, face] = [self.at(0), self.at(1)];
        let top = other.max(face);
        let [other, face] = [other, face].map(|v| (v - top).exp());
        face / (other + face)
    }

    /// How far the edges are to be moved, as shares of the sides.
    pub fn shift(&self) -> [f32; 4] {
        [2, 3, 4, 5].map(|i| self.at(i))
    }

    /// The five points, (x, y), as shares of the sides; O-Net's alone.
    pub fn points(&self) -> [[f32; 2]; 5] {
        [6, 7, 8, 9, 10].map(|i| [self.at(i), self.at(i + 5)])
    }

    fn at(&self, channel: usize) -> f32 {
        self.values[channel * self.pitch]
    }
}

/// The answers (N, C, H, W) of a network, on the host.
#[derive(Debug)]
pub struct Answers {
    values: Vec<f32>,
    channels: usize,
    height: usize,
    width: usize,
}

impl Answers {
    /// Copies them from where they were computed.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn of(tensor: &Tensor) -> Result<Self> {
        let (_, channels, height, width) = tensor.dims4()?;
        Ok(Self { values: tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?, channels, height, width })
    }

    /// Rows and columns of places.
    pub fn size(&self) -> [usize; 2] {
        [self.height, self.width]
    }

    /// Of each crop or photograph, those of its places, row by row.
    pub fn iter(&self) -> impl Iterator<Item = Answer<'_>> {
        let plane = self.height * self.width;
        let ones = self.values.chunks_exact(self.channels * plane);
        ones.flat_map(move |one| (0..plane).map(move |i| Answer { values: &one[i..], pitch: plane }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn places_and_channels_are_told_apart() -> Result<()> {
        let numbers = Tensor::arange(0f32, 2. * 16. * 6., &Device::Cpu)?.reshape((2, 16, 2, 3))?;
        let answers = Answers::of(&numbers)?;
        assert_eq!(answers.size(), [2, 3]);
        let last = answers.iter().nth(11).expect("12 places");
        assert_eq!(last.shift(), [113., 119., 125., 131.]);
        assert_eq!(last.points()[1], [143., 173.]);
        assert_eq!(answers.iter().count(), 12);
        assert!((last.probability() - 1. / (1. + (-6f32).exp())).abs() < 1e-6);
        Ok(())
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let answer = Answer { values: &[-800., 800.], pitch: 1 };
        assert_eq!(answer.probability(), 1.);
    }
}
