//! Tests of the whole report on made-up results.

mod numbers;
mod pages;
mod pictures;
mod shapes;
mod svg;
