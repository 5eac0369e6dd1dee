//! A PostgreSQL of its own for the tests: made, used and removed.

use crate::setup::install;
use crate::shell::{Outcome, program, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A running cluster in a folder of its own, reached by a socket there. Dropping it removes it.
pub struct Postgres {
    tools: PathBuf,
    folder: PathBuf,
    /// PostgreSQL refuses to run as root; then it runs as this user of Debian's package.
    user: Option<&'static str>,
}

impl Postgres {
    /// Makes and starts a cluster.
    pub fn start() -> Result<Self, String> {
        let tools = tools().or_else(|_| {
            install("postgresql")?;
            tools()
        })?;
        let folder = std::env::temp_dir().join(format!("lifecert-pg-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let root = owner_is_root(&folder);
        let cluster = Self {
            tools,
            folder,
            user: root.then_some("postgres"),
        };
        if let Some(user) = cluster.user {
            run(program(
                "chown",
                &[user, &cluster.folder.display().to_string()],
            ))?;
        }
        let data = cluster.data();
        cluster.tool(
            "initdb",
            &["-D", &data, "-U", "lifecert", "-A", "trust", "-E", "UTF8"],
        )?;
        // Only a socket in this folder; nothing of it has to survive a crash.
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c max_connections=200",
            cluster.folder.display()
        );
        cluster.tool(
            "pg_ctl",
            &[
                "-D",
                &data,
                "-o",
                &options,
                "-l",
                "/dev/null",
                "-w",
                "start",
            ],
        )?;
        Ok(cluster)
    }

    /// The address of its first database.
    pub fn address(&self) -> String {
        format!(
            "postgres://lifecert@localhost/postgres?host={}",
            self.folder.display()
        )
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn tool(&self, name: &str, arguments: &[&str]) -> Outcome {
        let tool = self.tools.join(name);
        let mut command = match self.user {
            None => Command::new(&tool),
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(&tool);
                command
            }
        };
        command
            .args(arguments)
            .current_dir("/")
            .stdout(Stdio::null());
        run(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = self.tool("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
        if let Err(error) = stopped {
            eprintln!("{error}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

#[cfg(unix)]
fn owner_is_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    folder.metadata().is_ok_and(|folder| folder.uid() == 0)
}

#[cfg(not(unix))]
fn owner_is_root(_: &Path) -> bool {
    false
}

/// The folder with initdb: Debian keeps one for each version, outside the search path.
fn tools() -> Result<PathBuf, String> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists())
        .ok_or_else(|| "PostgreSQL's initdb is needed: install the package postgresql".into())
}
