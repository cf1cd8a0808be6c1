//! Model folders: made, opened, checked; everything that can be wrong with one.
mod bad_folders;
mod card;
mod common;
mod folders;
mod publishing;
