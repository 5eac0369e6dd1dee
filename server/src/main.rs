//! The server's command line: one binary, a role for each command.

mod admin;

use admin::Admin;
use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use lifecert_inference::ModelStore;
use lifecert_protocol::AgencyId;
use lifecert_server::clock::SystemClock;
use lifecert_server::error::ServiceError;
use lifecert_server::http::{App, Bounds, Guard, Listen, Metrics, TlsFiles, router};
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::service::Service;
use lifecert_server::store::Store;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

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

#[derive(Args)]
struct Place {
    /// The agency: small letters, digits and hyphens.
    #[arg(long, global = true, env = "LIFECERT_AGENCY", default_value = "agency")]
    agency: AgencyId,
    /// The folder of the database file and the agency's secrets.
    #[arg(
        long,
        global = true,
        env = "LIFECERT_DATA",
        default_value = "lifecert-data"
    )]
    data: PathBuf,
    /// The database, `sqlite:PATH` or `postgres://...`; by default a file in the data folder.
    #[arg(long, global = true, env = "LIFECERT_DATABASE")]
    database: Option<String>,
    /// The models folder.
    #[arg(long, global = true, env = "LIFECERT_MODELS", default_value = "models")]
    models: PathBuf,
    /// A folder with the models that come next, while the recognition model changes: each accepted
    /// claim then gives its person a template of the next model too.
    #[arg(long, global = true, env = "LIFECERT_NEXT_MODELS")]
    next_models: Option<PathBuf>,
    /// The server's name, as it stands in challenges.
    #[arg(
        long,
        global = true,
        env = "LIFECERT_SERVER_NAME",
        default_value = "lifecert"
    )]
    server_name: String,
}

#[derive(Subcommand)]
enum Command {
    /// Answers devices.
    Serve(Serve),
    /// Brings the database's schema up to date.
    Migrate,
    #[command(flatten)]
    Admin(Admin),
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
}

impl Place {
    async fn store(&self) -> Result<Store, ServiceError> {
        let file = || format!("sqlite:{}", self.data.join("lifecert.sqlite").display());
        let address = self.database.clone().unwrap_or_else(file);
        Ok(Store::open(&address, self.agency.clone()).await?)
    }

    /// A service that looks at pictures with so many analyzers, or at none.
    async fn service(&self, analyzers: Option<usize>) -> Result<Service, Failure> {
        let models = ModelStore::open(&self.models)?;
        let next = self
            .next_models
            .as_ref()
            .map(ModelStore::open)
            .transpose()?;
        let recompute = match analyzers {
            Some(count) => Recompute::load(&models, next.as_ref(), count)?,
            None => Recompute::names_only(&models, next.as_ref())?,
        };
        let keys = AgencyKeys::open(&self.data.join("secrets"))?;
        let clock = Arc::new(SystemClock);
        let store = self.store().await?;
        Ok(Service::new(
            store,
            keys,
            clock,
            recompute,
            &*self.server_name,
        ))
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
        Command::Migrate => arguments.place.store().await.map(drop).map_err(Into::into),
        Command::Admin(command) => match arguments.place.service(None).await {
            Ok(service) => command.run(&service).await,
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
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
    let app = Arc::new(App {
        service,
        metrics: Metrics::new(),
    });
    let guard = Arc::new(Guard::new(Bounds {
        address_per_minute: options.address_per_minute,
        trusted_proxies: options.trusted_proxy,
        ..Bounds::default()
    }));
    println!("listening on {}", listener.url());
    listener.serve(router(app, guard), stopped()).await?;
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
