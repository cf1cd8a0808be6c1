//! Embeddings and labels to a loss: softmax and the L2-constrained softmax of Ranjan, Castillo and Chellappa, on candle.
