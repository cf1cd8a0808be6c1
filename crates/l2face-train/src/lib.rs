//! What candle lacks to train: SGD with momentum, schedules, seeded initialisation, atomic checkpoints, run folders.
