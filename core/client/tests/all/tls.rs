//! Whom the client speaks to: a server certified by the agency's own authority, under a pinned key.

use lifecert_client::{ClientError, Connection, ConnectionSettings};
use lifecert_protocol::Digest;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// An authority, and a server certified by it that answers every request with `{}`.
struct Server {
    authority_pem: Vec<u8>,
    pin: Digest,
    address: String,
}

async fn server() -> Server {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.clone().self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".into()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let pin = Digest::of(&key.subject_public_key_info());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust this server ends the handshake.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 4_096];
                let _ = stream.read(&mut request).await;
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                let _ = stream.write_all(answer).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    Server {
        authority_pem: authority.pem().into_bytes(),
        pin,
        address: format!("https://localhost:{port}"),
    }
}

async fn ask(
    server: &Server,
    authority: Option<&Server>,
    pins: &[Digest],
) -> Result<(), ClientError> {
    let connection = Connection::new(&ConnectionSettings {
        authorities_pem: authority.map(|server| server.authority_pem.clone()),
        pins: pins.to_vec(),
        tries: 1,
        ..ConnectionSettings::new(&server.address)
    })?;
    let answer: serde_json::Value = connection.fetch("/").await?;
    assert!(answer.is_object());
    Ok(())
}

#[tokio::test]
async fn only_the_agencys_authority_certifies_its_server() {
    let (ours, theirs) = (server().await, server().await);
    assert_eq!(ask(&ours, Some(&ours), &[]).await, Ok(()));
    assert_eq!(
        ask(&ours, Some(&theirs), &[]).await,
        Err(ClientError::Untrusted)
    );
    assert_eq!(ask(&ours, None, &[]).await, Err(ClientError::Untrusted));
}

#[tokio::test]
async fn a_pinned_key_is_asked_for_besides_the_certificate() {
    let (ours, theirs) = (server().await, server().await);
    assert_eq!(
        ask(&ours, Some(&ours), &[theirs.pin, ours.pin]).await,
        Ok(())
    );
    let wrong = ask(&ours, Some(&ours), &[theirs.pin]).await;
    assert_eq!(wrong, Err(ClientError::Untrusted));
    // A pin alone does not make a server genuine.
    let uncertified = ask(&theirs, Some(&ours), &[theirs.pin]).await;
    assert_eq!(uncertified, Err(ClientError::Untrusted));
}
