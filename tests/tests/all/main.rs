//! Whole chains and the server's own promises: one program, since linking one a topic takes minutes.

mod abuse;
mod attest;
mod attested_devices;
mod backup;
mod chain;
mod erase_face;
mod evidence;
mod four_eyes;
mod helped;
mod keys;
mod log;
mod match_only;
mod office_staff;
mod other_roads;
mod receipts;
mod rotation;
mod rules;
mod staff;
mod store;
mod surface;
mod templates;
mod visits;
mod witnessed;
mod workers;
