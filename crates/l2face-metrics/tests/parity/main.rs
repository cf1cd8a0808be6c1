//! Reference values of scikit-learn, bob.measure and plain numpy, made by the Python scripts in this folder, each beside its JSON file.
mod bob_reference;
mod compare;
mod fixture;
mod folds;
mod generator;
mod legacy;
mod verification;
