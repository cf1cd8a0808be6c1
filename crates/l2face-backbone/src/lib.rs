//! Face networks on candle: (N,3,H,W) to (N,D). Face-ResNet of the L2-softmax paper and smaller configurations of it.
