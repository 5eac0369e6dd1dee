//! The server's command line: one binary, a role for each command.

mod admin;
mod backup_commands;
mod evidence_commands;
mod key_commands;
mod place;
mod receipt_commands;
mod review_commands;
mod roster_commands;
mod signing_commands;
mod staff_commands;

use admin::Admin;
use backup_commands::Backups;
use clap::{Args, Parser, Subcommand};
use evidence_commands::EvidenceAction;
use ipnet::IpNet;
use key_commands::Keys;
use lifecert_server::audit::Finding;
use lifecert_server::clock::{Clock, SystemClock};
use lifecert_server::http::{App, Bounds, Guard, Listen, Metrics, TlsFiles, router};
use lifecert_server::log::Witnesses;
use lifecert_server::witness::{self, Witness};
use lifecert_server::worker::{self, WorkerSettings};
use place::Place;
use receipt_commands::ReceiptArguments;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often a server looks for keys that were added.
const KEYS_EVERY: Duration = Duration::from_secs(15);

/// What a command ends with when it does not succeed: words for the person at the terminal.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(
    name = "lifecert-server",
    about = "The certification server of one agency."
)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers devices.
    Serve(Serve),
    /// Does what can wait: looks at sealed evidence again, erases what is past its time. There may
    /// be many at once.
    Worker {
        /// How many seconds a job stays with a worker that died.
        #[arg(long, default_value_t = 120)]
        lease_s: u64,
        /// Ends when no job is left.
        #[arg(long)]
        until_idle: bool,
    },
    /// Opens a claim's sealed evidence for a reviewer.
    Evidence {
        #[command(subcommand)]
        action: EvidenceAction,
    },
    /// Prints a person's receipt: its code (SVG, PNG) and a page. That it was read, by whom and
    /// why, is on record.
    Receipt(ReceiptArguments),
    /// Brings the database's schema up to date, and seals what is not sealed yet.
    Migrate,
    /// Holds the database against the public log; ends with 1 when something is not as it must be.
    Audit {
        /// Prints one JSON object: entries, receipts, findings.
        #[arg(long)]
        json: bool,
    },
    /// Cosigns the checkpoints of others' logs: a witness (c2sp.org/tlog-witness). It needs no
    /// database and no models.
    Witness(WitnessArguments),
    /// Keys: those that seal the database and those that sign receipts.
    #[command(subcommand)]
    Keys(Keys),
    #[command(flatten)]
    Backups(Backups),
    #[command(flatten)]
    Admin(Admin),
}

#[derive(Args)]
struct WitnessArguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The witness's key; made at the first time, where a name is given.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The name of a new key, for example witness.bank.example.
    #[arg(long)]
    name: Option<String>,
    /// What was cosigned last; made with the key, and to be kept as long as the key.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// The key of a log to watch (vkey), as often as there are logs.
    #[arg(long, value_name = "VKEY", required = true)]
    log: Vec<String>,
}

#[derive(Args)]
struct Serve {
    /// Where to listen; port 0 takes a free one. Without TLS files only this very machine is
    /// answered.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The TLS certificate chain (PEM); read again on SIGHUP, like its key.
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// A proxy speaks TLS in front of this server: answers plain HTTP from other machines.
    #[arg(long, conflicts_with = "tls_cert")]
    behind_proxy: bool,
    /// A proxy whose X-Forwarded-For is believed, as an address with its prefix, 10.0.0.0/8; may be
    /// given several times.
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<IpNet>,
    /// Requests a minute from one address; a county hall is one address.
    #[arg(long, default_value = "600")]
    address_per_minute: NonZeroU32,
    /// Looks at key frames on so many threads at once; by default one for each core.
    #[arg(long)]
    analyzers: Option<usize>,
    #[command(flatten)]
    witnesses: AskedWitnesses,
}

/// Who is asked to cosign the log's checkpoints.
#[derive(Args)]
struct AskedWitnesses {
    /// The witnesses and where they answer (C2SP tlog-policy); they are asked after what is
    /// published, and no answer waits for them.
    #[arg(long, value_name = "FILE")]
    witness_policy: Option<PathBuf>,
    /// The witnesses' own certificate authorities (PEM); the public ones by default.
    #[arg(long, value_name = "FILE", requires = "witness_policy")]
    witness_authority: Option<PathBuf>,
    /// How many seconds lie between two rounds of asking.
    #[arg(long, default_value_t = 10, value_name = "S")]
    witness_every_s: u64,
}

impl AskedWitnesses {
    fn open(&self) -> Result<Option<Witnesses>, Failure> {
        let Some(policy) = &self.witness_policy else {
            return Ok(None);
        };
        let policy = std::fs::read(policy)?;
        let authorities = self.witness_authority.as_ref();
        let authorities = authorities.map(std::fs::read).transpose()?;
        let every = Duration::from_secs(self.witness_every_s.max(1));
        let witnesses = Witnesses::new(&policy, authorities.as_deref(), every)?;
        Ok(Some(witnesses))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "info,sqlx=warn".into()),
        )
        .init();
    let outcome = match arguments.command {
        Command::Serve(options) => serve(&arguments.place, options).await,
        Command::Worker {
            lease_s,
            until_idle,
        } => {
            let settings = WorkerSettings {
                lease: Duration::from_secs(lease_s),
                rest: Duration::from_millis(500),
                until_idle,
            };
            work(&arguments.place, &settings).await
        }
        Command::Evidence { action } => evidence_commands::open(&arguments.place, action).await,
        Command::Receipt(receipt) => receipt.run(&arguments.place).await,
        Command::Migrate => Keys::Seal.run(&arguments.place).await,
        Command::Keys(command) => command.run(&arguments.place).await,
        Command::Witness(arguments) => witness(&arguments).await,
        Command::Audit { json } => match audit(&arguments.place, json).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
        Command::Backups(command) => command.run(&arguments.place).await,
        Command::Admin(command) => admin(&arguments.place, command).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing was found.
async fn audit(place: &Place, json: bool) -> Result<bool, Failure> {
    let store = place.store().await?;
    let key = place.log_key(&store).await?;
    let store = store.with_kek(place.kek.open(&place.secrets()));
    let now_ms = SystemClock.now_ms();
    let report = lifecert_server::audit::audit(&store, &key, &place.log_place(), now_ms).await?;
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        for Finding { finding, subject } in &report.findings {
            println!("{finding}: {subject}");
        }
        let (entries, receipts) = (report.entries, report.receipts);
        let found = report.findings.len();
        println!("{entries} entries, {receipts} receipts, {found} findings");
    }
    Ok(report.findings.is_empty())
}

/// Runs a command of the office, and takes what it logged up unless a server that runs does so.
async fn admin(place: &Place, command: Admin) -> Result<(), Failure> {
    let service = place.service(None).await?;
    let log = place.log(service.store().clone()).await?;
    command.run(&service).await?;
    log.settle().await?;
    Ok(())
}

async fn serve(place: &Place, options: Serve) -> Result<(), Failure> {
    let tls = options.tls_cert.zip(options.tls_key);
    let listener = Listen {
        address: options.listen,
        tls: tls.map(|(certificates, key)| TlsFiles { certificates, key }),
        behind_proxy: options.behind_proxy,
    }
    .open()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let service = place
        .service(Some(options.analyzers.unwrap_or(cores)))
        .await?;
    let log = place.log(service.store().clone()).await?;
    let service = service.with_log(log.clone());
    service.refresh_signing_keys().await?;
    service.log_start().await?;
    log.settle().await?;
    if let Some(witnesses) = options.witnesses.open()? {
        tokio::spawn(witnesses.run(log.clone()));
    }
    let log = tokio::spawn(log.run());
    let app = Arc::new(App {
        service,
        metrics: Metrics::new(),
    });
    tokio::spawn(take_keys_in(app.clone()));
    let guard = Arc::new(Guard::new(Bounds {
        address_per_minute: options.address_per_minute,
        trusted_proxies: options.trusted_proxy,
        ..Bounds::default()
    }));
    println!("listening on {}", listener.url());
    let served = listener.serve(router(app, guard), stopped());
    tokio::select! {
        served = served => Ok(served?),
        // Without a log nothing may be answered.
        failed = log => Err(failed.map_or_else(Failure::from, Failure::from)),
    }
}

/// Goes on from key to key without being started again.
async fn take_keys_in(app: Arc<App>) {
    loop {
        tokio::time::sleep(KEYS_EVERY).await;
        if let Err(error) = app.service.refresh_signing_keys().await {
            tracing::error!(%error, "the list of keys was not taken in, tried again");
        }
    }
}

/// One job at a time: more workers are more processes.
async fn work(place: &Place, settings: &WorkerSettings) -> Result<(), Failure> {
    let service = place.opening_service(Some(1)).await?;
    tokio::select! {
        done = worker::run(&service, settings) => Ok(done?),
        // A job that was begun goes to another worker when its lease runs out.
        () = stopped() => Ok(()),
    }
}

async fn witness(arguments: &WitnessArguments) -> Result<(), Failure> {
    let WitnessArguments {
        listen,
        key,
        name,
        state,
        log,
    } = arguments;
    let witness = Witness::open(key, name.as_deref(), state, log, Arc::new(SystemClock))?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    println!("{}", witness.vkey());
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, witness::router(Arc::new(witness)))
        .with_graceful_shutdown(stopped())
        .await?;
    Ok(())
}

/// Ends with Ctrl-C or, where there is one, SIGTERM: what was begun is answered first.
async fn stopped() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await;
}
