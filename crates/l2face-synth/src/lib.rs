#![doc = include_str!("../README.md")]

mod anatomy;
mod camera;
mod conditions;
mod cover;
mod error;
mod hair;
mod head;
mod identity;
mod light;
mod math;
mod nuisance;
mod paint;
mod quality;
mod relief;
mod render;
mod scene;
mod sensor;
mod stage;
mod walk;
mod world;

pub use conditions::Conditions;
pub use error::{Result, SynthError};
pub use identity::{Identity, Trait};
pub use nuisance::{Cover, Nuisance};
pub use quality::quality;
pub use render::{render, Render};
pub use walk::walk;
pub use world::{World, WorldSpec};
