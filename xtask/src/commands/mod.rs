//! One file per command.

pub mod asan;
pub mod bench;
pub mod check_cuda;
pub mod ci;
pub mod package_check;
pub mod peers;
pub mod programs;
pub mod reproduce;
pub mod smoke;
pub mod test;
pub mod tidy;
