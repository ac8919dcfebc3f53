//! What Meta's products share: text repair, the thread shape of Messenger and Instagram, media shapes.

mod text;

pub use text::{repair, repair_escapes};
