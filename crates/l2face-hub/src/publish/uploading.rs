//! What hf-hub reports while it sends, handed to a callback that need not live as long.
use super::step::PublishStep;
use futures_util::future::{select, Either};
use hf_hub::progress::{ProgressEvent, ProgressHandler, UploadEvent};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

/// How often the callback is called.
const PAUSE: Duration = Duration::from_millis(200);

/// Bytes that are through.
#[derive(Clone, Default)]
pub(super) struct Through(Arc<AtomicU64>);

impl ProgressHandler for Through {
    fn on_progress(&self, event: &ProgressEvent) {
        if let ProgressEvent::Upload(UploadEvent::Progress { bytes_completed, .. }) = event {
            self.0.store(*bytes_completed, Ordering::Relaxed);
        }
    }
}

/// Waits for the end of the sending, and reports.
pub(super) async fn watch<F: Future>(
    sending: F,
    through: Through,
    of: u64,
    progress: &(dyn Fn(PublishStep<'_>) + Sync),
) -> F::Output {
    let mut sending = std::pin::pin!(sending);
    loop {
        progress(PublishStep::Sending { done: through.0.load(Ordering::Relaxed).min(of), of });
        let pause = std::pin::pin!(tokio::time::sleep(PAUSE));
        if let Either::Left((done, _)) = select(sending.as_mut(), pause).await {
            return done;
        }
    }
}
