//! Whole chains and the server's own promises: one program, since linking one a topic takes minutes.

mod abuse;
mod attest;
mod attested_devices;
mod backup;
mod bindings;
mod chain;
mod counter;
mod evidence;
mod four_eyes;
mod full_phone;
mod helped;
mod keys;
mod log;
mod match_only;
mod office_staff;
mod other_roads;
mod receipts;
mod rotation;
mod rules;
mod secrets;
mod staff;
mod store;
mod surface;
mod templates;
mod witnessed;
mod workers;
