//! TPE: gradient, reference values, triplets, bad input, what it is good for, and its place in the evaluation.

mod bad_input;
mod gradient;
mod made_up;
mod protocol;
mod reference;
mod synthetic;
