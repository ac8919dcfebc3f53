//! Progress on a terminal's standard error: a bar, a share, and the time that remains.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::output::progress_target;
use crate::words::Words;

/// A running operation somebody watches, or nothing at all.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Nothing is drawn.
    #[must_use]
    pub const fn silent() -> Self {
        Self { bar: None }
    }

    /// A bar that appears at once and counts bytes or elements.
    #[must_use]
    pub fn visible(words: &Words, label: &str) -> Self {
        let language = words.language();
        let remaining = words.text("progress-remaining");
        let left = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // The estimate of the first seconds is worth nothing.
            if state.elapsed() >= Duration::from_secs(2) && state.pos() > 0 {
                let seconds = state.eta().as_secs();
                let span = Words::span(language, seconds);
                let _shown = write!(out, "{remaining} {span}");
            }
        };
        let bar = ProgressBar::with_draw_target(Some(0), progress_target());
        if let Ok(style) = ProgressStyle::with_template("{msg}  {wide_bar} {percent:>3} %  {left}") {
            bar.set_style(style.progress_chars("##-").with_key("left", left));
        }
        bar.set_message(label.to_owned());
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar: Some(bar) }
    }

    /// `done` of `total` units are behind us.
    pub fn set(&self, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    /// `done` bytes are behind us; nobody knows how many come.
    pub fn count(&self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(0);
            bar.set_position(done);
        }
    }

    /// What is being done now.
    pub fn label(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(super::output::shorten(text, 40));
        }
    }

    /// Removes the bar, so that results follow on a clean line.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
