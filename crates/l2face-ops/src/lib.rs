//! Tensor operations that candle lacks, gets wrong or does slowly, as candle custom operations.
