//! A folder of secrets that is gone is not made anew over a database that knows the old ones.

use lifecert_tests::office::{Office, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::{Phone, clip};
use std::fs;
use std::process::Stdio;

on_both_engines!(keys_that_were_used_are_not_made_anew);

/// Whether a command refuses and names the file; a server that listens instead is stopped.
fn refused(office: &Office, arguments: &[&str], file: &str) {
    let mut command = office.command(arguments);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = piped.output().unwrap();
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments:?}");
    let told = format!("{file} is not in the folder of secrets");
    assert!(
        why.contains(&told) && why.contains("backup"),
        "{arguments:?}: {why}"
    );
}

async fn keys_that_were_used_are_not_made_anew(address: &str) {
    // Setting up an empty database makes them.
    let mut office = Office::at(address);
    office.allow_demo(&[]);
    let man = office.import(&["王福生,resident,450324194910010013,,"], "demo")[0];
    let secrets = office.path("data").join("secrets");
    office.start();
    let phone = Phone::new();
    let franck = clip("franck.mp4");
    assert_eq!(phone.enrol(&office, man, &[&franck]).exit, 0);
    assert_eq!(
        phone.bind(&office, &office.letter(man), &franck, 40).exit,
        0
    );
    office.kill();

    // The folder, or one file of it, is lost.
    let away = office.path("away");
    fs::rename(&secrets, &away).unwrap();
    let listen = ["serve", "--listen", "127.0.0.1:0"];
    refused(&office, &listen, "agency.pkcs8");
    let (man_s, none) = (man.to_string(), text(&office.path("none")));
    let server = ["--server", "https://certify.quanzhou.example"];
    let letters = [
        &["letters", "--person", &man_s, "--out", &none],
        &server[..],
    ]
    .concat();
    refused(&office, &letters, "agency.pkcs8");
    refused(&office, &["audit"], "log.ed25519");
    assert!(!secrets.exists(), "nothing was made");
    fs::create_dir(&secrets).unwrap();
    for entry in fs::read_dir(&away).unwrap() {
        let (from, name) = (
            entry.as_ref().unwrap().path(),
            entry.as_ref().unwrap().file_name(),
        );
        if name != "log.ed25519" {
            fs::copy(from, secrets.join(name)).unwrap();
        }
    }
    refused(&office, &listen, "log.ed25519");
    fs::copy(away.join("log.ed25519"), secrets.join("log.ed25519")).unwrap();
    fs::remove_file(secrets.join("agency.pkcs8")).unwrap();
    refused(&office, &listen, "agency.pkcs8");
    assert!(!secrets.join("agency.pkcs8").exists(), "nothing was made");

    // Back from its backup, all goes on.
    fs::copy(away.join("agency.pkcs8"), secrets.join("agency.pkcs8")).unwrap();
    office.start();
    let said = phone.certify(&office, man, (&franck, 80), &[]);
    assert_eq!(said.exit, 0, "{said:?}");
    office.kill();
    fs::remove_file(secrets.join("agency.pkcs8")).unwrap();
    refused(&office, &listen, "agency.pkcs8");
    // Whoever has no copy begins the next key with the root; that road stays open.
    let draft = text(&office.path("draft.json"));
    office.admin(&["keys", "new", "--in-hours", "1", "--out", &draft]);
}
