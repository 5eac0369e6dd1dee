//! A fresh database on either engine, gone when it is dropped.

use sqlx::any::AnyPoolOptions;
use sqlx::{AssertSqlSafe, Executor};
use tempfile::TempDir;

/// The engines that the server runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own in the cluster that `LIFECERT_TEST_POSTGRES` names.
    Postgres,
}

/// A database for one test.
pub struct TestDatabase {
    address: String,
    cluster: Option<(String, String)>,
    _folder: TempDir,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// Without a PostgreSQL to test on: leaving it out would be a failure that nobody sees.
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (address, cluster) = match engine {
            Engine::Sqlite => {
                let file = folder.path().join("lifecert.sqlite");
                (format!("sqlite:{}", file.display()), None)
            }
            Engine::Postgres => {
                let cluster = std::env::var("LIFECERT_TEST_POSTGRES").expect(
                    "LIFECERT_TEST_POSTGRES names no cluster: run the tests by `cargo xtask test`",
                );
                let random = hex::encode(lifecert_protocol::random_bytes::<8>());
                let name = format!("lifecert_{random}");
                run(&cluster, format!("CREATE DATABASE {name}")).await;
                let address = cluster.replacen("/postgres?", &format!("/{name}?"), 1);
                (address, Some((cluster, name)))
            }
        };
        Self {
            address,
            cluster,
            _folder: folder,
        }
    }

    /// Its address, as the server takes it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Removes it; a dropped one is left to the cluster's end.
    pub async fn remove(self) {
        if let Some((cluster, name)) = &self.cluster {
            run(cluster, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// Runs a statement on a database.
///
/// # Panics
/// When that fails.
pub async fn run(address: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .connect(address)
        .await
        .expect("the database answers");
    pool.execute(AssertSqlSafe(sql)).await.expect("done");
    pool.close().await;
}

/// Runs each named test on both engines, as `sqlite::name` and `postgres::name`.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let database =
                    $crate::database::TestDatabase::new($crate::database::Engine::Sqlite).await;
                super::$name(database.address()).await;
                database.remove().await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let database =
                    $crate::database::TestDatabase::new($crate::database::Engine::Postgres).await;
                super::$name(database.address()).await;
                database.remove().await;
            })*
        }
    };
}
