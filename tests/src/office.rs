//! An office: a server process of its own on loopback, with a roster, a clerk and letters.

use crate::database::TestDatabase;
use crate::staff::{PASSWORD, app_of};
use lifecert_protocol::{LetterCode, PersonRef};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;
use totp_rs::Totp;

/// A program of this workspace, beside or above the one that runs.
///
/// # Panics
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("this program has a path");
    here.ancestors()
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not built: run cargo build --workspace --bins"))
}

/// The models folder.
pub fn models() -> PathBuf {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../models");
    std::env::var_os("LIFECERT_MODELS").map_or_else(|| here.into(), PathBuf::from)
}

/// An office and its server.
pub struct Office {
    folder: TempDir,
    database: String,
    server: Option<Child>,
    url: String,
    level: &'static str,
    /// Names, numbers, contacts and codes of its people: what no log and no metric may hold.
    personal: Mutex<Vec<String>>,
}

/// What a server logs that is not watched.
pub const USUAL_LEVEL: &str = "info,sqlx=warn";

/// Everything that a server and its libraries can log.
const EVERYTHING: &str = "trace";

/// No digest, key or number is as long in hex or base64; a picture or an embedding is longer.
const LONGEST_WORD: usize = 160;

impl Office {
    /// Sets an office up on a database; its server does not run yet.
    pub fn new(database: &TestDatabase) -> Self {
        Self::at(database.address())
    }

    /// The same on any database address.
    pub fn at(database: &str) -> Self {
        let office = Self::unset(database);
        office.admin(&[
            "init",
            "--name",
            "全州县社保局",
            "--office-phone",
            "0773-123456",
        ]);
        office.admin(&["staff", "--token-file", &office.text_path("clerk.token")]);
        office
    }

    /// The same office as it is now, in a folder of its own, on a copy of its SQLite file; its
    /// server does not run. This one's must not run either.
    ///
    /// # Panics
    /// On any other engine.
    pub fn copied(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy_folder(self.folder.path(), folder.path());
        let file = self.database.strip_prefix("sqlite:").expect("SQLite");
        let copy = text(&folder.path().join("copy.sqlite"));
        for end in ["", "-wal"] {
            let from = format!("{file}{end}");
            if Path::new(&from).exists() {
                fs::copy(from, format!("{copy}{end}")).expect("copied");
            }
        }
        Self {
            folder,
            database: format!("sqlite:{copy}"),
            server: None,
            url: String::new(),
            level: self.level,
            personal: Mutex::new(self.personal()),
        }
    }

    /// The address of its database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// An office that was set up elsewhere, with the secrets of that folder.
    pub fn sharing(database: &str, secrets: &Path) -> Self {
        let office = Self::unset(database);
        copy_folder(secrets, &office.path("data").join("secrets"));
        office
    }

    fn unset(database: &str) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            database: database.to_owned(),
            server: None,
            url: String::new(),
            level: EVERYTHING,
            personal: Mutex::new(Vec::new()),
        }
    }

    /// The same office, whose server logs as one does that serves, and not everything.
    #[must_use]
    pub fn logging_as_usual(mut self) -> Self {
        self.level = USUAL_LEVEL;
        self
    }

    /// Adds the policy `demo`, under which an unattested device is believed.
    pub fn allow_demo(&self, more: &[&str]) {
        let demo = [
            "policy",
            "--name",
            "demo",
            "--below-hardware",
            "accept",
            "--offline-below-hardware",
            "accept",
            "--window-days",
            "400",
        ];
        self.admin(&[&demo, more].concat());
    }

    /// Runs a command of the server's binary; gives what it printed.
    ///
    /// # Panics
    /// When the command fails.
    pub fn admin(&self, arguments: &[&str]) -> String {
        let output = self
            .command(arguments)
            .output()
            .expect("the server's binary starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}{said}");
        said
    }

    /// A command of the server's binary, to be run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("lifecert-server"));
        command
            .args(arguments)
            .env("LIFECERT_AGENCY", "quanzhou")
            .env("LIFECERT_DATA", self.folder.path().join("data"))
            .env("LIFECERT_DATABASE", &self.database)
            .env("LIFECERT_MODELS", models())
            .env("LIFECERT_SERVER_NAME", "certify.quanzhou.example");
        command
    }

    /// Runs a command that asks for a password, or for a password and a code; gives what it
    /// printed.
    ///
    /// # Panics
    /// When the command fails.
    pub fn asked(&self, arguments: &[&str], lines: &[&str]) -> String {
        let mut command = self.command(arguments);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut asks = piped.spawn().expect("the server's binary starts");
        let mut input = asks.stdin.take().expect("its input");
        let lines = lines.join("\n") + "\n";
        input.write_all(lines.as_bytes()).expect("it reads");
        drop(input);
        let output = asks.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Adds a member of staff of the whole agency; gives the app that shows their codes.
    ///
    /// # Panics
    /// When that fails.
    pub fn staff(&self, account: &str, role: &str) -> Totp {
        let add = ["staff", "add", "--account", account, "--role", role];
        let said = self.asked(&add, &[PASSWORD]);
        let url = said.lines().find(|line| line.starts_with("otpauth://"));
        app_of(url.expect("an otpauth address"))
    }

    /// Takes people in, one line of roster each; gives their numbers in that order.
    pub fn import(&self, lines: &[&str], policy: &str) -> Vec<PersonRef> {
        let fields = lines.iter().flat_map(|line| line.split(','));
        // Kinds and dates stand in help texts; a name is no shorter than two characters of three
        // bytes.
        let personal = fields.filter(|field| field.len() > 5 && !field.contains("resident"));
        self.remember(personal.filter(|field| !field.contains("passport")));
        let roster = self.path("roster.csv");
        let header = "name,id_kind,id_number,birth_date,contact";
        fs::write(&roster, format!("{header}\n{}\n", lines.join("\n"))).expect("written");
        let (roster, out) = (self.text_path("roster.csv"), self.text_path("people.csv"));
        let import = [
            "import", "--roster", &roster, "--policy", policy, "--out", &out,
        ];
        self.admin(&import);
        let table = fs::read_to_string(out).expect("the people's numbers");
        let numbers = table.lines().skip(1);
        let numbers = numbers.map(|line| line.split_once(',').expect("two columns").1);
        self.remember(numbers.clone());
        numbers
            .map(|number| number.parse().expect("a person's number"))
            .collect()
    }

    /// Prints a person's letter; gives the code on it, read from the page.
    pub fn letter(&self, person: PersonRef) -> LetterCode {
        let page = self.letter_page(person, "https://certify.quanzhou.example");
        code_on(&page).expect("a code on the letter")
    }

    /// Prints a person's letter that leads to a server; gives the page.
    pub fn letter_page(&self, person: PersonRef, server: &str) -> String {
        let (out, person) = (self.text_path("letters"), person.to_string());
        let letters = [
            "letters", "--out", &out, "--server", server, "--person", &person,
        ];
        self.admin(&letters);
        let page = fs::read_to_string(self.path("letters").join(format!("{person}.html")));
        let page = page.expect("a letter");
        let code = code_on(&page).expect("a code on the letter");
        self.remember([code.to_printed().as_str()].into_iter());
        page
    }

    /// Starts the server, or starts it again.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts it again where it listened before: a phone goes back to the address that it knows.
    pub fn start_where_it_was(&mut self) {
        let at = self.url.trim_start_matches("http://").to_owned();
        self.start_at(&at, &[]);
    }

    /// The same with more arguments for it.
    pub fn start_with(&mut self, more: &[&str]) {
        self.start_at("127.0.0.1:0", more);
    }

    fn start_at(&mut self, at: &str, more: &[&str]) {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.path("server.log"))
            .expect("a log file");
        let mut server = self
            .command(&[&["serve", "--listen", at], more].concat())
            .env("RUST_LOG", self.level)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        let out = server.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("listening on ");
        self.url = url
            .unwrap_or_else(|| panic!("the server does not listen: {}", self.log()))
            .to_owned();
        self.server = Some(server);
    }

    /// Kills the server as a loss of power would.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().expect("killed");
            server.wait().expect("gone");
        }
    }

    /// Tells the server to read its TLS files again.
    pub fn hang_up(&self) {
        let id = self.server.as_ref().map_or(0, Child::id).to_string();
        let told = Command::new("kill").args(["-HUP", &id]).status();
        assert!(told.expect("kill starts").success());
    }

    /// The server's process.
    ///
    /// # Panics
    /// When it does not run.
    pub fn process_id(&self) -> u32 {
        self.server.as_ref().expect("a server that runs").id()
    }

    /// Where the server answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's process, left running.
    pub fn keep(mut self) -> (u32, PathBuf) {
        let id = self.server.take().map_or(0, |server| server.id());
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a folder"));
        (id, folder.keep())
    }

    /// The clerk's token.
    pub fn clerk_token(&self) -> PathBuf {
        self.path("clerk.token")
    }

    /// Everything that the server logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("server.log")).unwrap_or_default()
    }

    /// A path in the office's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn personal(&self) -> Vec<String> {
        self.personal.lock().expect("not poisoned").clone()
    }

    fn remember<'a>(&self, words: impl Iterator<Item = &'a str>) {
        let mut personal = self.personal.lock().expect("not poisoned");
        personal.extend(words.map(str::to_owned));
    }

    /// What the server counts, as it stands now; nothing where it does not run or speaks TLS alone.
    fn metrics(&self) -> String {
        let mut answer = String::new();
        if let (Some(_), Some(address)) = (&self.server, self.url.strip_prefix("http://"))
            && let Ok(mut stream) = TcpStream::connect(address)
        {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(b"GET /metrics HTTP/1.0\r\nhost: office\r\n\r\n");
            let _ = stream.read_to_string(&mut answer);
        }
        answer
    }

    /// Looks through all that the server logged and counted.
    ///
    /// # Panics
    /// When something of a person stands there.
    fn holds_nothing_personal(&self) {
        let said = self.log() + &self.metrics();
        let token = fs::read_to_string(self.clerk_token()).unwrap_or_default();
        let secrets = self.personal().into_iter().chain([token]);
        for secret in secrets.filter(|secret| !secret.is_empty()) {
            assert!(!said.contains(&secret), "{secret} was logged or counted");
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
        let longest = said.split(|c| !plain(c)).max_by_key(|word| word.len());
        let longest = longest.unwrap_or_default();
        assert!(longest.len() <= LONGEST_WORD, "{longest} was logged");
    }

    fn text_path(&self, name: &str) -> String {
        text(&self.path(name))
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.holds_nothing_personal();
        }
        self.kill();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(from, to).expect("copied");
        }
    }
}

/// A path as text.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The code as it stands on a letter: four groups in one paragraph.
fn code_on(page: &str) -> Option<LetterCode> {
    let (_, rest) = page.split_once("class=\"typed\">")?;
    let (paragraph, _) = rest.split_once("</p>")?;
    let groups = paragraph.split("<span>").skip(1);
    let groups = groups.filter_map(|part| part.get(..4));
    groups.collect::<Vec<_>>().join("-").parse().ok()
}
