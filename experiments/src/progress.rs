//! Progress of long work: a bar with rate and ETA on a terminal, plain lines elsewhere. Always on stderr.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

/// All bars of the program, so that several can stand below each other.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

const LINE_EVERY: Duration = Duration::from_secs(10);

/// One piece of long work.
pub struct Progress {
    label: String,
    unit: &'static str,
    total: u64,
    bar: Option<ProgressBar>,
    lines: Mutex<Lines>,
}

struct Lines {
    start: Instant,
    last: Instant,
    from: Option<u64>,
}

impl Progress {
    /// Starts `label`, which has `total` of `unit` to do.
    pub fn new(label: &str, unit: &'static str, total: usize) -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| bar(label, unit, total as u64));
        let lines = Mutex::new(Lines { start: now, last: now, from: None });
        Self { label: label.to_string(), unit, total: total as u64, bar, lines }
    }

    /// `done` of the total are finished; `note` is shown behind.
    pub fn set(&self, done: usize, note: &str) {
        let done = done as u64;
        if let Some(bar) = &self.bar {
            bar.set_message(note.to_string());
            bar.set_position(done);
            return;
        }
        let Ok(mut lines) = self.lines.lock() else { return };
        let from = *lines.from.get_or_insert(done);
        if lines.last.elapsed() < LINE_EVERY {
            return;
        }
        lines.last = Instant::now();
        let rate = (done - from.min(done)) as f64 / lines.start.elapsed().as_secs_f64();
        let left = if rate > 0.0 {
            format!("{:.0} s left", self.total.saturating_sub(done) as f64 / rate)
        } else {
            "?".into()
        };
        eprintln!("{}: {done}/{} {} at {}, {left}  {note}", self.label, self.total, self.unit, pace(rate));
    }

    /// Ends the work and says how long it took.
    pub fn finish(self, note: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let seconds = self.lines.lock().map_or(0.0, |l| l.start.elapsed().as_secs_f64());
        BARS.suspend(|| eprintln!("{}: {} {} in {seconds:.1} s  {note}", self.label, self.total, self.unit));
    }
}

/// A rate per second, or per minute where that says more.
fn pace(rate: f64) -> String {
    match rate {
        ..10.0 => format!("{:.0}/min", rate * 60.),
        _ => format!("{rate:.0}/s"),
    }
}

fn bar(label: &str, unit: &str, total: u64) -> ProgressBar {
    let template = format!("{{prefix}} {{bar:30}} {{pos}}/{{len}} {unit} {{per_sec}} eta {{eta}}  {{msg}}");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = BARS.add(ProgressBar::new(total).with_style(style));
    bar.set_prefix(label.to_string());
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

#[cfg(test)]
mod tests {
    #[test]
    fn slow_work_is_told_by_the_minute() {
        assert_eq!([0.05, 9.9, 250.].map(super::pace), ["3/min", "594/min", "250/s"]);
    }
}
