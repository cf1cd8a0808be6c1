//! Records to batches: the Dataset trait, image folders, seeded samplers and a prefetching loader.
