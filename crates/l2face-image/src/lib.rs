//! From a photograph to an aligned face crop: decode, landmarks, similarity, warp, augmentation, normalisation.
