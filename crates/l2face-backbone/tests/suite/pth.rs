//! PyTorch's checkpoints in every form that is read.
use candle_core::{DType, Device, Result, Tensor};
use l2face_backbone::{Weights, WeightsFile};
use std::path::{Path, PathBuf};

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn f64s(file: &mut WeightsFile, name: &str) -> Result<Vec<f64>> {
    file.tensor(name)?.to_dtype(DType::F64)?.flatten_all()?.to_vec1()
}

#[test]
fn shapes_and_types_are_listed_without_a_network() -> Result<()> {
    let held = Weights::inspect(&fixture("forms.pth"))?;
    let shape = |name: &str| (held[name].0.dims().to_vec(), held[name].1);
    assert_eq!(shape("channels_last"), (vec![1, 4, 2, 3], DType::F32));
    assert_eq!(shape("scalar"), (vec![], DType::I64));
    assert_eq!(shape("empty"), (vec![0, 3], DType::F32));
    assert_eq!((shape("bool").1, shape("bfloat16").1), (DType::U8, DType::BF16));
    assert!(held.len() == 17 && !held.contains_key("note") && !held.contains_key("epoch"), "{held:?}");
    let tiny = Weights::inspect(&fixture("tiny.pth"))?;
    assert_eq!(tiny["conv1.weight"].0.dims(), [4, 3, 3, 3]);
    assert_eq!(tiny["bn1.num_batches_tracked"].1, DType::I64);
    Ok(())
}

#[test]
fn safetensors_are_listed_too() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.safetensors");
    let tensor = Tensor::arange(0f32, 6., &Device::Cpu)?.reshape((2, 3))?;
    candle_core::safetensors::save(&[("a".to_owned(), tensor.to_dtype(DType::F16)?)].into(), &path)?;
    let held = Weights::inspect(&path)?;
    assert_eq!((held["a"].0.dims(), held["a"].1, held.len()), (&[2, 3][..], DType::F16, 1));
    let mut file = WeightsFile::open(&path)?;
    assert_eq!(f64s(&mut file, "a")?, [0., 1., 2., 3., 4., 5.]);
    assert!(file.tensor("b").expect_err("not there").to_string().contains("a.safetensors: it holds no b"));
    Ok(())
}

/// Element i of storage k is k + i / 8 (`../pth_forms.py`); here the strides are followed the slow way.
fn element(storage: usize, index: &[usize], offset: usize, strides: &[usize]) -> f64 {
    let at: usize = offset + index.iter().zip(strides).map(|(i, s)| i * s).sum::<usize>();
    storage as f64 + at as f64 / 8.
}

#[test]
fn views_of_storages() -> Result<()> {
    let mut file = WeightsFile::open(&fixture("forms.pth"))?;
    let rows: Vec<f64> = (0..10).map(|i| element(1, &[i / 5, i % 5], 4, &[5, 1])).collect();
    assert_eq!(f64s(&mut file, "slice")?, rows);
    let columns: Vec<f64> = (0..12).map(|i| element(1, &[i / 3, i % 3], 2, &[1, 4])).collect();
    assert_eq!(f64s(&mut file, "columns")?, columns);
    let image = |i: usize| element(2, &[i / 6, i / 3 % 2, i % 3], 0, &[1, 12, 4]);
    assert_eq!(f64s(&mut file, "channels_last")?, (0..24).map(image).collect::<Vec<_>>());
    assert_eq!(file.tensor("scalar")?.to_scalar::<i64>()?, 3);
    assert_eq!(file.tensor("empty")?.dims(), [0, 3]);
    assert_eq!(f64s(&mut file, "parameter")?, [5., 5.125, 5.25, 5.375]);
    assert_eq!(f64s(&mut file, "typed")?, [6.125, 6.25]);
    Ok(())
}

#[test]
fn types_of_storages() -> Result<()> {
    let mut file = WeightsFile::open(&fixture("forms.pth"))?;
    for (name, dtype, storage) in [
        ("float", DType::F32, 7.),
        ("double", DType::F64, 8.),
        ("half", DType::F16, 9.),
        ("bfloat16", DType::BF16, 10.),
    ] {
        assert_eq!(file.tensor(name)?.dtype(), dtype);
        assert_eq!(f64s(&mut file, name)?, [storage + 0.125, storage + 0.25, storage + 0.375], "{name}");
    }
    for (name, dtype, storage) in
        [("long", DType::I64, 11.), ("int", DType::I32, 12.), ("short", DType::I16, 13.), ("byte", DType::U8, 14.)]
    {
        assert_eq!(file.tensor(name)?.dtype(), dtype);
        assert_eq!(f64s(&mut file, name)?, [storage + 1., storage + 2., storage + 3.], "{name}");
    }
    assert_eq!(file.tensor("bool")?.to_vec1::<u8>()?, [0, 1, 0]);
    Ok(())
}

#[test]
fn a_directory_in_64_bits_is_found_by_its_locator() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("wide.pth");
    let mut bytes = std::fs::read(fixture("forms.pth"))?;
    let end = bytes.len() - 22;
    // What a file of more than 4 GiB says there: look at the 64-bit record.
    bytes[end + 8..end + 20].fill(0xff);
    std::fs::write(&path, &bytes)?;
    assert_eq!(Weights::inspect(&path)?, Weights::inspect(&fixture("forms.pth"))?);
    // The record declares 2^60 entries, a directory of 2^60 bytes, one at 2^60.
    for field in [32, 40, 48] {
        let mut huge = bytes.clone();
        huge[end - 20 - 56 + field..][..8].copy_from_slice(&(1u64 << 60).to_le_bytes());
        std::fs::write(&path, &huge)?;
        let error = Weights::inspect(&path).expect_err("must be refused").to_string();
        assert!(error.contains("zip directory"), "{error}");
    }
    Ok(())
}
