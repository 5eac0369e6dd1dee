//! The client against servers that fail, lie and answer, one program.

mod bad_servers;
mod capture;
mod lying_agency;
mod office;
mod offline;
mod tls;
