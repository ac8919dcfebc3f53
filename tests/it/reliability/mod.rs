//! Whether what was acknowledged survives: crashes, kills, failing and full disks, damage, forgery; with figures.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "what is acted out must be possible; figures are shown with --nocapture"
)]

mod crash;
mod damage;
mod erasing;
mod faults;
mod forged;
mod model;
mod program;
mod recorder;
pub mod report;
mod rows;
mod scenarios;
mod volumes;
