//! Colour order and normalisation from the command line.
use anyhow::{ensure, Context, Error, Result};
use l2face_image::{ColourOrder, Preproc};
use std::fmt;
use std::str::FromStr;

/// `rgb,127.5,128`: (x - 127.5) / 128 of red, green and blue planes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normalise {
    order: ColourOrder,
    mean: f32,
    divisor: f32,
}

impl Normalise {
    /// That of an input.
    pub fn of(preproc: &Preproc) -> Self {
        Self { order: preproc.order, mean: preproc.mean, divisor: 1. / preproc.scale }
    }

    /// The same crop with this order and these numbers.
    pub fn apply(self, preproc: Preproc) -> Preproc {
        Preproc { order: self.order, mean: self.mean, scale: 1. / self.divisor, ..preproc }
    }
}

impl fmt::Display for Normalise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.order, self.mean, self.divisor)
    }
}

impl FromStr for Normalise {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let help = || format!("`{text}`: expected an order, a mean and a divisor, for example rgb,127.5,128");
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        ensure!(parts.len() == 3, help());
        let order = match parts[0] {
            "rgb" => ColourOrder::Rgb,
            "bgr" => ColourOrder::Bgr,
            _ => anyhow::bail!(help()),
        };
        let number = |part: &str| part.parse::<f32>().with_context(help);
        let (mean, divisor) = (number(parts[1])?, number(parts[2])?);
        ensure!(mean.is_finite() && divisor.is_finite() && divisor != 0., help());
        Ok(Self { order, mean, divisor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_parts_and_what_is_refused() {
        let preproc = "bgr,127,128".parse::<Normalise>().expect("good").apply(Preproc::default());
        assert_eq!((preproc.order, preproc.mean, preproc.scale), (ColourOrder::Bgr, 127., 1. / 128.));
        for text in ["", "rgb", "rgb,1", "xyz,1,2", "rgb,a,2", "rgb,1,0", "rgb,nan,1", "rgb,1,2,3"] {
            let error = text.parse::<Normalise>().expect_err("must be refused").to_string();
            assert!(error.contains("for example rgb,127.5,128"), "{error}");
        }
    }
}
