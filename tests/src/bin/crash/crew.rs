//! Workers beside the server, each killed at moments of its own and replaced at once.

use fastrand::Rng;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// A worker lives at most this long; loading its nets is a part of it, so that some die over that.
const LONGEST_MS: u64 = 6_000;

/// Workers at work.
pub struct Crew {
    places: JoinSet<()>,
    killed: Arc<AtomicU32>,
}

/// A worker's process, which does not outlive this.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // One that is gone already needs no killing.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Crew {
    /// Starts one worker by each command.
    pub fn new(commands: impl IntoIterator<Item = Command>, random: &mut Rng) -> Self {
        let (mut places, killed) = (JoinSet::new(), Arc::new(AtomicU32::new(0)));
        for command in commands {
            places.spawn(one_after_another(command, random.fork(), killed.clone()));
        }
        Self { places, killed }
    }

    /// Kills those that work; gives how many were killed in all.
    pub async fn end(mut self) -> u32 {
        let last = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.abort_all();
        while let Some(ended) = self.places.join_next().await {
            let failed = ended.expect_err("it works until it is stopped");
            assert!(failed.is_cancelled(), "a worker ended by itself");
        }
        self.killed.load(Ordering::SeqCst) + last
    }
}

async fn one_after_another(mut command: Command, mut random: Rng, killed: Arc<AtomicU32>) {
    loop {
        let mut worker = Worker(command.spawn().expect("a worker starts"));
        tokio::time::sleep(Duration::from_millis(random.u64(1..LONGEST_MS))).await;
        let ended = worker.0.try_wait().expect("a state");
        assert!(ended.is_none(), "a worker ended by itself: {ended:?}");
        drop(worker);
        killed.fetch_add(1, Ordering::SeqCst);
    }
}
