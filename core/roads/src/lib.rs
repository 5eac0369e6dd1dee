//! Which screen follows which: the roads that every shell walks, from the first page to the
//! receipt, as a sans-IO state machine.
//!
//! It draws nothing, speaks to nobody, reads no clock and sees no picture. A shell shows the
//! [`Page`], tells what was pressed, and performs the [`Task`] and the [`Outward`] that come of it.
//!
//! ```text
//! press, entry, scanned text, sight of the look --> Roads --> Page (words, buttons, camera or entry)
//!                                                     |-----> Act   (start, swap, stop the look)
//!                                                     |-----> Task  (bind, certify, erase ...) --> Done
//!                                                     \-----> Outward (call, share, print, remind)
//! ```
//!
//! Every page has a way on, and a way to the office or to another road where the face does not go
//! through; nothing moves on by itself but what the person waits for.
//!
//! ```
//! use lifecert_guidance::{Label, Screen};
//! use lifecert_roads::{Preferences, Roads, Start};
//!
//! let mut roads = Roads::new(Start::default(), Preferences::default());
//! let page = roads.page();
//! assert_eq!(page.screen, Screen::Language);
//! roads.press(page.number, 0, "");
//! assert_eq!(roads.page().screen, Screen::Welcome);
//! ```
//!
//! It has no features.

#![forbid(unsafe_code)]

mod consent;
mod draw;
mod ending;
mod gallery;
mod home;
mod leaving;
mod look;
mod opening;
mod page;
mod people;
mod preferences;
mod receipts;
mod roads;
mod rounds;
mod settings;
mod sheet;
mod state;
mod task;
#[cfg(test)]
mod tests;

pub use gallery::{GALLERY_RECEIPT, gallery};
pub use look::CameraTrouble;
pub use page::{Button, Camera, Entry, Facing, Keys, Kind, Mark, Page, Part, Sight};
pub use people::{HeldReceipt, OnRecord, Person};
pub use preferences::{Appearance, Preferences, SpeechRate, TextSize};
pub use roads::{Roads, Start};
pub use rounds::{Clerk, Visitee};
pub use task::{Act, Answer, Done, Outward, Task, Trouble};
