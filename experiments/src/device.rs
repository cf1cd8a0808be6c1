//! The one place where a device is chosen.

use anyhow::{bail, Context, Result};
use candle_core::Device;

/// `cpu`, `cuda`, `cuda:1` or `metal`.
///
/// # Errors
/// A name that is none of these, a device that this build lacks, or one that does not start.
pub fn choose(name: &str) -> Result<Device> {
    let (kind, index) = match name.split_once(':') {
        Some((kind, index)) => {
            (kind, index.parse().with_context(|| format!("--device {name}: {index} is not a number"))?)
        }
        None => (name, 0),
    };
    match kind {
        "cpu" => Ok(Device::Cpu),
        "cuda" if cfg!(feature = "cuda") => Device::new_cuda(index).with_context(|| format!("--device {name}")),
        "metal" if cfg!(feature = "metal") => Device::new_metal(index).with_context(|| format!("--device {name}")),
        "cuda" | "metal" => bail!("--device {name}: this program was built without it; `cargo xtask reproduce ijba --device {name}` builds it with --features {kind}"),
        _ => bail!("--device {name}: expected cpu, cuda:N or metal"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_checked() {
        assert!(super::choose("cpu").is_ok());
        assert!(super::choose("gpu").unwrap_err().to_string().contains("expected cpu"));
        assert!(super::choose("cuda:x").unwrap_err().to_string().contains("not a number"));
    }

    #[cfg(not(feature = "cuda"))]
    #[test]
    fn a_device_that_the_build_lacks_says_how_to_get_it() {
        assert!(super::choose("cuda:0").unwrap_err().to_string().contains("--features cuda"));
    }
}
