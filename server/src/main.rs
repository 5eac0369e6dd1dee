//! The server's command line: one binary, a role for each command.

mod admin;
mod key_commands;

use admin::Admin;
use clap::{Args, Parser, Subcommand};
use key_commands::{KekPlace, Keys};
use lifecert_inference::ModelStore;
use lifecert_protocol::AgencyId;
use lifecert_server::clock::SystemClock;
use lifecert_server::error::ServiceError;
use lifecert_server::http::{App, Metrics, router};
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::service::Service;
use lifecert_server::store::{Store, StoreError};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

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
    #[command(flatten)]
    kek: KekPlace,
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
    /// Answers devices. TLS is the business of the proxy in front of it.
    Serve {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Looks at key frames on so many threads at once; by default one for each core.
        #[arg(long)]
        analyzers: Option<usize>,
    },
    /// Brings the database's schema up to date, and seals what is not sealed yet.
    Migrate,
    /// Keys: those that seal the database and those that sign receipts.
    #[command(subcommand)]
    Keys(Keys),
    #[command(flatten)]
    Admin(Admin),
}

impl Place {
    async fn store(&self) -> Result<Store, ServiceError> {
        let file = || format!("sqlite:{}", self.data.join("lifecert.sqlite").display());
        let address = self.database.clone().unwrap_or_else(file);
        Ok(Store::open(&address, self.agency.clone()).await?)
    }

    fn secrets(&self) -> PathBuf {
        self.data.join("secrets")
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
        let kek = self.kek.open(&self.secrets());
        let keys = AgencyKeys::open(&self.secrets())?.with_kek(kek);
        let clock = Arc::new(SystemClock);
        let store = self.store().await?;
        let service = Service::new(store, keys, clock, recompute, &*self.server_name);
        // Said now, and not by the first request.
        let unsealed = service.store().read().await?.unsealed().await?;
        if unsealed.rows() > 0 {
            return Err(StoreError::NotSealed.into());
        }
        Ok(service)
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
        Command::Serve { listen, analyzers } => serve(&arguments.place, listen, analyzers).await,
        Command::Migrate => Keys::Seal.run(&arguments.place).await,
        Command::Keys(command) => command.run(&arguments.place).await,
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

async fn serve(place: &Place, listen: SocketAddr, analyzers: Option<usize>) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let service = place.service(Some(analyzers.unwrap_or(cores))).await?;
    let app = Arc::new(App {
        service,
        metrics: Metrics::new(),
    });
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router(app))
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
