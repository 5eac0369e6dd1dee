//! The public log as anyone checks it: a witness over HTTP, a whole log from its files, and the
//! same proofs a second time by a script that shares no code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use lifecert_cli::log::{Expected, Fault, verify};
use lifecert_protocol::log::{
    AddCheckpoint, Cosigner, Leaf, LeafKind, LogError, SignedCheckpoint, TlogProof, WitnessKey,
};
use lifecert_protocol::{Digest, Salt};
use lifecert_server::clock::MockClock;
use lifecert_server::witness::{Witness, WitnessError, router};
use lifecert_tests::test_log::TestLog;
use reqwest::StatusCode;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const NOW_S: u64 = 1_700_000_000;
const NAME: &str = "witness.bank.example";

/// A witness on a socket of its own, until it is stopped.
struct Running {
    address: String,
    vkey: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

fn open(folder: &Path, logs: &[String]) -> Result<Witness, WitnessError> {
    let (key, state) = (folder.join("witness.key"), folder.join("witness.json"));
    let clock = Arc::new(MockClock::at(NOW_S * 1_000));
    Witness::open(&key, Some(NAME), &state, logs, clock)
}

impl Running {
    async fn start(folder: &Path, logs: &[String]) -> Self {
        let witness = open(folder, logs).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let vkey = witness.vkey();
        let (stop, stopped) = oneshot::channel();
        let server = axum_serve(listener, witness, stopped);
        Self {
            address,
            vkey,
            stop,
            server,
        }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.server.await.unwrap();
    }

    fn key(&self) -> WitnessKey {
        WitnessKey::parse(&self.vkey).unwrap()
    }

    async fn post(&self, body: Vec<u8>) -> (StatusCode, String, String) {
        let url = format!("{}/add-checkpoint", self.address);
        let answer = client().post(url).body(body).send().await.unwrap();
        let status = answer.status();
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        (status, kind, answer.text().await.unwrap())
    }

    async fn ask(&self, request: &AddCheckpoint) -> (StatusCode, String) {
        let (status, _, body) = self.post(request.to_bytes()).await;
        (status, body)
    }

    /// Asks for a cosignature that is given; the checkpoint with it.
    async fn cosigned(&self, request: &AddCheckpoint) -> SignedCheckpoint {
        let (status, line) = self.ask(request).await;
        assert_eq!(status, StatusCode::OK, "{line}");
        let cosigned = request.checkpoint.with_cosignatures(line.as_bytes());
        let cosigned = cosigned.unwrap();
        let found = cosigned.cosignatures([&self.key()]).unwrap();
        assert_eq!((found.len(), found[0].at_s), (1, NOW_S));
        cosigned
    }
}

fn axum_serve(
    listener: TcpListener,
    witness: Witness,
    stopped: oneshot::Receiver<()>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        axum::serve(listener, router(Arc::new(witness)))
            .with_graceful_shutdown(async { stopped.await.unwrap() })
            .await
            .unwrap();
    })
}

fn client() -> reqwest::Client {
    // Nothing is encrypted on this machine; the builder wants a provider all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_witness_cosigns_a_log_that_grows_and_remembers_it() {
    let temp = TempDir::new().unwrap();
    let log = TestLog::of("agency.example/log", 20);
    let logs = [log.vkey.clone()];
    let witness = Running::start(temp.path(), &logs).await;
    witness.cosigned(&log.request(0, 0)).await;
    witness.cosigned(&log.request(0, 3)).await;
    witness.cosigned(&log.request(3, 3)).await;
    let vkey = witness.vkey.clone();
    witness.stop().await;
    // After a restart it is the same witness and goes on where it stood.
    let witness = Running::start(temp.path(), &logs).await;
    assert_eq!(witness.vkey, vkey);
    let (status, kind, body) = witness.post(log.request(0, 20).to_bytes()).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!((kind.as_str(), body.as_str()), ("text/x.tlog.size", "3\n"));
    let cosigned = witness.cosigned(&log.request(3, 20)).await;
    // What it cosigned last can be had from it.
    let hash = Digest::of(b"agency.example/log");
    let url = |hash: &str| format!("{}/{hash}/checkpoint", witness.address);
    let answer = client().get(url(&hash.to_string())).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap(), cosigned.to_bytes());
    let other = client().get(url(&"0".repeat(64))).send().await.unwrap();
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    witness.stop().await;
}

#[tokio::test]
async fn a_witness_refuses_with_the_status_that_the_protocol_names() {
    let temp = TempDir::new().unwrap();
    let log = TestLog::of("agency.example/log", 20);
    let witness = Running::start(temp.path(), std::slice::from_ref(&log.vkey)).await;
    witness.cosigned(&log.request(0, 8)).await;
    let stranger = TestLog::of("stranger.example/log", 9);
    let impostor = TestLog::of("agency.example/log", 9);
    let mut broken = log.request(8, 20);
    broken.proof[0].0[0] ^= 1;
    let mut short = log.request(8, 20);
    short.proof.pop();
    let mut fork = log.request(8, 8);
    fork.checkpoint = log.sign(8, log.root(7));
    let mut shrinking = log.request(8, 8);
    shrinking.checkpoint = log.checkpoint(7);
    let mut more = log.request(8, 8);
    more.proof.push(log.root(3));
    let changed = String::from_utf8(log.request(8, 20).to_bytes()).unwrap();
    let changed = changed.replace("\n20\n", "\n19\n").into_bytes();
    for (body, expected) in [
        (stranger.request(0, 9).to_bytes(), StatusCode::NOT_FOUND),
        (impostor.request(8, 9).to_bytes(), StatusCode::FORBIDDEN),
        (changed, StatusCode::FORBIDDEN),
        (shrinking.to_bytes(), StatusCode::BAD_REQUEST),
        (log.request(7, 20).to_bytes(), StatusCode::CONFLICT),
        (log.request(9, 20).to_bytes(), StatusCode::CONFLICT),
        (broken.to_bytes(), StatusCode::UNPROCESSABLE_ENTITY),
        (short.to_bytes(), StatusCode::UNPROCESSABLE_ENTITY),
        (fork.to_bytes(), StatusCode::UNPROCESSABLE_ENTITY),
        (more.to_bytes(), StatusCode::UNPROCESSABLE_ENTITY),
        (b"old 8\nnonsense".to_vec(), StatusCode::BAD_REQUEST),
        (vec![0xff; 9], StatusCode::BAD_REQUEST),
    ] {
        let (status, _, answer) = witness.post(body).await;
        assert_eq!(status, expected, "{answer}");
        assert!(!answer.contains('\u{2014}'), "{answer}");
    }
    let url = format!("{}/add-checkpoint", witness.address);
    let large = client().post(url).body(vec![b'a'; 300_000]).send().await;
    assert_eq!(large.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    // It still stands where it stood.
    witness.cosigned(&log.request(8, 20)).await;
    witness.stop().await;
    // An empty tree has the root of an empty tree, and proves itself.
    let temp = TempDir::new().unwrap();
    let witness = Running::start(temp.path(), std::slice::from_ref(&log.vkey)).await;
    let mut empty = log.request(0, 0);
    empty.checkpoint = log.sign(0, log.root(1));
    assert_eq!(
        witness.ask(&empty).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let mut first = log.request(0, 1);
    first.proof.push(log.root(1));
    assert_eq!(
        witness.ask(&first).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    witness.stop().await;
}

#[tokio::test]
async fn of_two_histories_at_once_a_witness_signs_one() {
    let temp = TempDir::new().unwrap();
    let log = TestLog::of("agency.example/log", 40);
    let witness = Running::start(temp.path(), std::slice::from_ref(&log.vkey)).await;
    witness.cosigned(&log.request(0, 1)).await;
    let requests: Vec<AddCheckpoint> = (2..=40).map(|size| log.request(1, size)).collect();
    let asked = requests
        .iter()
        .map(|request| witness.post(request.to_bytes()));
    let mut signed = 0;
    let answers = all_at_once(asked.collect()).await;
    for (status, _, _) in answers {
        match status {
            StatusCode::OK => signed += 1,
            other => assert_eq!(other, StatusCode::CONFLICT),
        }
    }
    assert_eq!(signed, 1);
    witness.stop().await;
}

/// Waits for all, which run at once.
async fn all_at_once<T>(all: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (one, done) in waiting.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        match done.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect()),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_witness_that_could_forget_does_not_run() {
    let temp = TempDir::new().unwrap();
    let log = TestLog::of("agency.example/log", 9);
    let logs = [log.vkey.clone()];
    let (key, state) = (
        temp.path().join("witness.key"),
        temp.path().join("witness.json"),
    );
    let nameless = Witness::open(&key, None, &state, &logs, Arc::new(MockClock::at(0)));
    assert!(matches!(nameless, Err(WitnessError::Io { .. })));
    let twice = open(temp.path(), &[log.vkey.clone(), log.vkey.clone()]);
    assert!(matches!(twice, Err(WitnessError::Twice(_))));
    let witness = Running::start(temp.path(), &logs).await;
    witness.cosigned(&log.request(0, 9)).await;
    // A second one beside it.
    assert!(matches!(
        open(temp.path(), &logs),
        Err(WitnessError::File { .. })
    ));
    witness.stop().await;
    let kept = fs::read_to_string(&state).unwrap();
    // Its memory is gone, or is not what it wrote: a smaller tree, another's cosignature.
    fs::remove_file(&state).unwrap();
    assert!(matches!(
        open(temp.path(), &logs),
        Err(WitnessError::Io { .. })
    ));
    let other = Cosigner::generate(NAME).unwrap();
    let checkpoint = log.checkpoint(3);
    let foreign = checkpoint
        .with_cosignatures(&checkpoint.cosign(&other, NOW_S))
        .unwrap();
    let foreign = String::from_utf8(foreign.to_bytes()).unwrap();
    for changed in [
        "{".to_owned(),
        kept.replace("\\n9\\n", "\\n8\\n"),
        serde_json::json!({ "agency.example/log": foreign }).to_string(),
    ] {
        fs::write(&state, changed).unwrap();
        assert!(matches!(
            open(temp.path(), &logs),
            Err(WitnessError::File { .. })
        ));
    }
    fs::write(&state, kept).unwrap();
    let witness = Running::start(temp.path(), &logs).await;
    witness.cosigned(&log.request(9, 9)).await;
    witness.stop().await;
}

/// The files of a log, read from a folder.
fn files(folder: &Path) -> impl Fn(&str) -> Result<Option<Vec<u8>>, String> {
    let folder = folder.to_owned();
    move |path| match fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn check(log: &TestLog, folder: &Path, expected: &Expected) -> Result<u64, Fault<String>> {
    let verified = verify(files(folder), &log.key(), expected, |_, _| ())?;
    assert_eq!(
        verified.kinds.values().sum::<u64>(),
        verified.checkpoint.size()
    );
    Ok(verified.checkpoint.size())
}

fn since(log: &TestLog, sizes: &[u64]) -> Expected {
    Expected {
        roots: sizes.iter().map(|size| (*size, log.root(*size))).collect(),
        ..Expected::default()
    }
}

#[test]
fn a_whole_log_holds_at_every_kind_of_size() {
    let log = TestLog::of("agency.example/log", 66_001);
    for size in [
        0, 1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 66_000,
    ] {
        let temp = TempDir::new().unwrap();
        let part = TestLog::of("agency.example/log", size);
        part.publish(temp.path());
        let older: Vec<u64> = [0, 1, 200, 256, 65_536]
            .into_iter()
            .filter(|older| *older <= size)
            .collect();
        // The entries are the same, so are the roots.
        assert_eq!(check(&part, temp.path(), &since(&log, &older)), Ok(size));
        let cut = check(&part, temp.path(), &since(&log, &[size + 1]));
        let older = size + 1;
        assert_eq!(cut, Err(Fault::Cut { size, older }));
    }
}

#[test]
fn whatever_is_changed_in_a_log_is_noticed() {
    let log = TestLog::of("agency.example/log", 700);
    let temp = TempDir::new().unwrap();
    log.publish(temp.path());
    let none = Expected::default();
    let mut names = 0;
    for path in [
        "checkpoint",
        "tile/0/000",
        "tile/0/002.p/188",
        "tile/1/000.p/2",
        "tile/entries/001",
        "tile/entries/002.p/188",
    ] {
        let file = temp.path().join(path);
        let bytes = fs::read(&file).unwrap();
        for place in (0..bytes.len()).step_by(bytes.len() / 23) {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            fs::write(&file, &changed).unwrap();
            let found = check(&log, temp.path(), &none);
            assert!(
                matches!(found, Err(Fault::Broken(_) | Fault::NotALeaf(_))),
                "{path} {place}: {found:?}"
            );
        }
        fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
        assert!(check(&log, temp.path(), &none).is_err(), "{path}");
        fs::remove_file(&file).unwrap();
        assert_eq!(
            check(&log, temp.path(), &none),
            Err(Fault::Missing(path.into()))
        );
        fs::write(&file, &bytes).unwrap();
        names += 1;
    }
    assert_eq!((names, check(&log, temp.path(), &none)), (6, Ok(700)));
}

#[test]
fn a_log_that_tells_another_history_is_noticed() {
    let log = TestLog::of("agency.example/log", 300);
    // The operator holds the log's key: an entry goes, the rest moves up, all is signed again.
    let mut other = TestLog::of("agency.example/log", 0);
    for (place, entry) in log.entries.iter().enumerate() {
        if place != 40 {
            other.push(entry);
        }
    }
    other.push(&log.entries[0]);
    let temp = TempDir::new().unwrap();
    other.publish(temp.path());
    assert_eq!(check(&other, temp.path(), &Expected::default()), Ok(300));
    assert_eq!(check(&other, temp.path(), &since(&log, &[40])), Ok(300));
    let (size, older) = (41, 41);
    let found = check(&other, temp.path(), &since(&log, &[41]));
    assert_eq!(found, Err(LogError::Inconsistent { size, older }.into()));
    let entries = [(40, log.entries[40].clone())].into();
    let roots = Vec::new();
    let found = check(&other, temp.path(), &Expected { roots, entries });
    assert_eq!(found, Err(Fault::OtherEntry(40)));
    let mut strange = TestLog::of("agency.example/log", 3);
    strange.push(b"not a leaf");
    let temp = TempDir::new().unwrap();
    strange.publish(temp.path());
    let found = check(&strange, temp.path(), &Expected::default());
    assert_eq!(found, Err(Fault::NotALeaf(3)));
}

#[test]
fn a_full_tile_may_stand_for_a_partial_one() {
    let log = TestLog::of("agency.example/log", 300);
    let temp = TempDir::new().unwrap();
    log.publish(temp.path());
    let longer = TestLog::of("agency.example/log", 512);
    let later = TempDir::new().unwrap();
    longer.publish(later.path());
    for path in ["tile/0/001", "tile/entries/001"] {
        fs::remove_file(temp.path().join(format!("{path}.p/44"))).unwrap();
        fs::copy(later.path().join(path), temp.path().join(path)).unwrap();
    }
    assert_eq!(check(&log, temp.path(), &Expected::default()), Ok(300));
}

/// Runs the independent script: whether it finds that all holds.
fn script(arguments: &[&str]) -> bool {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/log/verify.py");
    let output = Command::new("python3")
        .arg(script)
        .args(arguments)
        .output()
        .expect("python3 is installed");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("Traceback"), "{said}");
    output.status.success()
}

struct Scratch(TempDir);

impl Scratch {
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path: PathBuf = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn a_script_that_shares_no_code_finds_the_same() {
    let scratch = Scratch(TempDir::new().unwrap());
    let mut log = TestLog::of("agency.example/log", 12);
    let salt = Salt::random();
    let leaf = Leaf::new(LeafKind::Receipt, 5, &salt, b"a receipt").to_bytes();
    let index = log.push(&leaf);
    let later = Leaf::new(LeafKind::Policy, 6, &salt, b"a policy").to_bytes();
    log.push(&later);
    let cosigner = Cosigner::generate(NAME).unwrap();
    let witness = cosigner.public().vkey();
    let size = log.size();
    let mut proof = log.proof(index, size, Some(&salt));
    let line = proof.checkpoint.cosign(&cosigner, NOW_S);
    proof.checkpoint = proof.checkpoint.with_cosignatures(&line).unwrap();
    let good = proof.to_text();
    let data = hex::encode(&leaf);
    let entry = |text: &str, data: &str, witness: &str| {
        let file = scratch.file("proof", text.as_bytes());
        let found = script(&["entry", &log.vkey, &file, data, witness]);
        // The Rust code says the same.
        let ours = TlogProof::parse(text).is_ok_and(|proof| {
            let key = WitnessKey::parse(witness).unwrap();
            let cosigned = proof.checkpoint.cosignatures([&key]);
            proof
                .verify(&hex::decode(data).unwrap(), &log.key())
                .is_ok()
                && cosigned.is_ok_and(|found| !found.is_empty())
        });
        assert_eq!(found, ours, "{text}");
        found
    };
    assert!(entry(&good, &data, &witness));
    let other = Cosigner::generate(NAME).unwrap().public().vkey();
    assert!(!entry(&good, &data, &other));
    assert!(!entry(&good, &hex::encode(&later), &witness));
    assert!(!entry(
        &good.replace("index 12", "index 11"),
        &data,
        &witness
    ));
    assert!(!entry(&good.replace("\n14\n", "\n15\n"), &data, &witness));
    assert!(!entry(
        &good.replace("index 12", "index 012"),
        &data,
        &witness
    ));
    // The extra line is vouched for by nobody; behind it every change is noticed.
    let vouched = good.find("index").unwrap();
    for place in (vouched..good.len()).step_by(13) {
        let mut changed = good.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        if let Ok(changed) = String::from_utf8(changed) {
            assert!(!entry(&changed, &data, &witness), "{place}");
        }
    }

    let extends = |older: &SignedCheckpoint, request: &AddCheckpoint| {
        let older_file = scratch.file("older", &older.to_bytes());
        let file = scratch.file("request", &request.to_bytes());
        let found = script(&["extends", &log.vkey, &older_file, &file]);
        let ours = request
            .checkpoint
            .verify_extends(older.size(), older.root(), &request.proof)
            .is_ok();
        assert_eq!(found, ours && request.old_size == older.size());
        found
    };
    for (older, size) in [
        (0, 14),
        (1, 14),
        (4, 14),
        (7, 8),
        (8, 13),
        (13, 14),
        (14, 14),
    ] {
        let mut request = log.request(older, size);
        assert!(extends(&log.checkpoint(older), &request), "{older} {size}");
        assert!(!extends(&log.sign(older, log.root(3)), &request), "{older}");
        request.proof.push(log.root(2));
        assert!(!extends(&log.checkpoint(older), &request));
        request.proof.clear();
        assert_eq!(
            extends(&log.checkpoint(older), &request),
            older == 0 || older == size
        );
    }
}
