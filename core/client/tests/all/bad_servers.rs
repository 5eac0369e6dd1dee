//! Servers that are away, slow, lying or talking nonsense, each a real listener on this machine.

use lifecert_client::{ClientError, Connection, ConnectionSettings};
use lifecert_protocol::ErrorCode;
use lifecert_protocol::http::{HELLO, Hello};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers each connection with the next of `answers` (the last one again and again); gives its
/// address and a count of connections.
async fn server(answers: Vec<String>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let at = counted
                .fetch_add(1, Ordering::SeqCst)
                .min(answers.len() - 1);
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answers[at].as_bytes()).await;
        }
    });
    (address, count)
}

fn http(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn connection(address: &str) -> Connection {
    let settings = ConnectionSettings {
        tries: 3,
        timeout: Duration::from_millis(500),
        ..ConnectionSettings::new(address)
    };
    Connection::new(&settings).unwrap()
}

async fn hello(address: &str) -> Result<Hello, ClientError> {
    connection(address).fetch(HELLO).await
}

#[tokio::test]
async fn a_server_that_is_away_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(hello(&address).await, Err(ClientError::Unreachable));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_after_its_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    assert_eq!(hello(&address).await, Err(ClientError::Unreachable));
}

#[tokio::test]
async fn garbage_is_not_believed() {
    for body in [
        "",
        "<html>sign in to the hotel's network</html>",
        "{\"agency\":1}",
    ] {
        let (address, count) = server(vec![http("200 OK", body)]).await;
        assert_eq!(hello(&address).await, Err(ClientError::Untrusted), "{body}");
        assert_eq!(
            count.load(Ordering::SeqCst),
            1,
            "nonsense is not asked for again"
        );
    }
    let (address, _) = server(vec![http("200 OK", &"x".repeat(2 * 1024 * 1024))]).await;
    assert_eq!(hello(&address).await, Err(ClientError::Untrusted));
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_is_tried_again() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf".to_owned();
    let problem = r#"{"type":"urn:lifecert:problem:challenge.used","title":"used","status":409,
        "code":"challenge.used"}"#;
    let (address, count) = server(vec![cut, http("409 Conflict", problem)]).await;
    let error = connection(&address)
        .post("/v1/claims", "application/cbor", b"same")
        .await;
    assert_eq!(error.unwrap_err().code(), ErrorCode::ChallengeUsed);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_refusal_is_not() {
    let busy = r#"{"type":"x","title":"busy","status":503,"code":"server.busy"}"#;
    let (address, count) = server(vec![http("503 Service Unavailable", busy)]).await;
    assert_eq!(
        hello(&address).await.unwrap_err().code(),
        ErrorCode::ServerBusy
    );
    assert_eq!(count.load(Ordering::SeqCst), 3);

    let pause = r#"{"type":"x","title":"rest","status":429,"code":"attempts.pause",
        "retry_after_s":30}"#;
    let (address, count) = server(vec![http("429 Too Many Requests", pause)]).await;
    let expected = ClientError::Problem {
        code: ErrorCode::AttemptsPause,
        retry_after_s: Some(30),
    };
    assert_eq!(hello(&address).await, Err(expected));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn addresses_and_authorities_that_cannot_be_used_are_named() {
    for address in [
        "",
        "certify.example",
        "http://certify.example",
        "ftp://127.0.0.1",
    ] {
        let error = Connection::new(&ConnectionSettings::new(address)).unwrap_err();
        assert!(matches!(error, ClientError::Connection(_)), "{address}");
    }
    for pem in [
        &b""[..],
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let settings = ConnectionSettings {
            authorities_pem: Some(pem.to_vec()),
            ..ConnectionSettings::new("https://certify.example")
        };
        assert!(matches!(
            Connection::new(&settings),
            Err(ClientError::Connection(_))
        ));
    }
    assert!(Connection::new(&ConnectionSettings::new("https://certify.example")).is_ok());
}
