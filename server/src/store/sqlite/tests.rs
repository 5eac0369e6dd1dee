//! Transactions that are made durable together stay as apart as before.

use super::*;
use std::sync::Arc;
use tempfile::TempDir;

const ADD: &str = "INSERT INTO note (number) VALUES ($1)";

struct Notes {
    sqlite: Sqlite,
    _folder: TempDir,
}

impl Notes {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.sqlite");
        let schema = "PRAGMA journal_mode = WAL; CREATE TABLE note (number BIGINT PRIMARY KEY)";
        Connection::open(&file)
            .unwrap()
            .execute_batch(schema)
            .unwrap();
        Self {
            sqlite: Sqlite::open(&file).unwrap(),
            _folder: folder,
        }
    }

    async fn numbers(&self) -> Vec<i64> {
        let reading = self.sqlite.read().await.unwrap();
        let rows = reading.rows("SELECT number FROM note ORDER BY number", &[], usize::MAX);
        rows.unwrap()
            .iter()
            .map(|row| row.int("number").unwrap())
            .collect()
    }

    async fn add(&self, number: i64) -> Writing {
        let writing = self.sqlite.write("note").await.unwrap();
        writing.run(ADD, &[Value::from(number)]).unwrap();
        writing
    }
}

/// Begins transactions that stand in line behind one that is open, and add a number each.
async fn in_line(notes: &Arc<Notes>, numbers: std::ops::Range<i64>) -> Vec<Line> {
    let others = numbers.map(|number| {
        let notes = notes.clone();
        tokio::spawn(async move { notes.add(number).await.commit("note").await })
    });
    let others = others.collect();
    // On one thread each of them runs until it waits for its turn.
    tokio::task::yield_now().await;
    others
}

type Line = tokio::task::JoinHandle<Result<(), StoreError>>;

#[tokio::test]
async fn those_in_line_are_written_by_one_commit() {
    let notes = Arc::new(Notes::new());
    let first = notes.add(0).await;
    let others = in_line(&notes, 1..20).await;
    first.commit("note").await.unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(notes.numbers().await, (0..20).collect::<Vec<_>>());
    let reading = notes.sqlite.read().await.unwrap();
    let pages = reading
        .rows("PRAGMA wal_checkpoint(PASSIVE)", &[], 1)
        .unwrap();
    // A commit writes each page that it changed, at least one.
    assert!(pages[0].int("log").unwrap() < 20);
}

#[tokio::test]
async fn nothing_is_seen_before_it_is_durable() {
    let notes = Arc::new(Notes::new());
    let first = notes.add(0).await;
    let others = in_line(&notes, 1..2).await;
    assert_eq!(notes.numbers().await, Vec::<i64>::new());
    drop(first);
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(notes.numbers().await, [1]);
}

#[tokio::test]
async fn one_that_fails_or_is_dropped_takes_no_other_along() {
    let notes = Arc::new(Notes::new());
    let first = notes.add(0).await;
    let before = in_line(&notes, 1..3).await;
    let failing = {
        let notes = notes.clone();
        tokio::spawn(async move {
            let writing = notes.add(10).await;
            // The number is taken: this one is rolled back, as run_tx does.
            writing.run(ADD, &[Value::from(0_i64)])
        })
    };
    tokio::task::yield_now().await;
    let after = in_line(&notes, 3..5).await;
    first.commit("note").await.unwrap();
    assert!(failing.await.unwrap().is_err());
    for other in before.into_iter().chain(after) {
        other.await.unwrap().unwrap();
    }
    assert_eq!(notes.numbers().await, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn all_that_waited_hear_of_a_transaction_that_the_engine_undid() {
    let notes = Arc::new(Notes::new());
    let first = notes.add(0).await;
    let waiting = in_line(&notes, 1..2).await;
    let undone = {
        let notes = notes.clone();
        tokio::spawn(async move {
            let writing = notes.add(2).await;
            // What a full disk makes the engine do by itself.
            writing.run("ROLLBACK", &[]).unwrap();
            writing.commit("note").await
        })
    };
    let first = first.commit("note").await;
    let passing = |outcome: Result<(), StoreError>| {
        matches!(outcome, Err(StoreError::Database { passing: true, .. }))
    };
    assert!(passing(first));
    for other in waiting {
        assert!(passing(other.await.unwrap()));
    }
    assert!(undone.await.unwrap().is_err());
    assert_eq!(notes.numbers().await, Vec::<i64>::new());
    notes.add(3).await.commit("note").await.unwrap();
    assert_eq!(notes.numbers().await, [3]);
}

#[tokio::test]
async fn one_that_is_given_up_while_it_begins_holds_up_no_other_process() {
    let notes = Notes::new();
    // Polled once: it stands before the file on a thread that may wait, and nobody waits for it.
    let mut begins = Box::pin(notes.sqlite.write("note"));
    std::future::poll_fn(|context| {
        assert!(begins.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    drop(begins);
    // Once it has begun and found nobody, the writer is free again.
    drop(notes.sqlite.writer.lock().await);
    let other = Connection::open(&notes.sqlite.file).unwrap();
    other.busy_timeout(Duration::ZERO).unwrap();
    let written = other.execute_batch("INSERT INTO note (number) VALUES (7)");
    written.unwrap();
    notes.add(8).await.commit("note").await.unwrap();
    assert_eq!(notes.numbers().await, [7, 8]);
}
