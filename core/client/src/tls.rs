//! TLS by rustls with ring: who certifies the server, and which of its keys are expected.

use crate::ClientError;
use lifecert_protocol::Digest;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use std::sync::Arc;

/// A client's side of TLS under the agency's own authorities (PEM) or the bundled public ones.
///
/// # Errors
/// [`ClientError::Connection`] for authorities that cannot be used.
pub(crate) fn tls(
    authorities_pem: Option<&[u8]>,
    pins: &[Digest],
) -> Result<ClientConfig, ClientError> {
    let failed = |_| ClientError::Connection("TLS");
    let roots = Arc::new(roots(authorities_pem)?);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    if pins.is_empty() {
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    let certified = WebPkiServerVerifier::builder_with_provider(roots, provider)
        .build()
        .map_err(|_| ClientError::Connection("not a certificate authority"))?;
    let verifier = Arc::new(Pinned {
        certified,
        pins: pins.to_vec(),
    });
    // What is called dangerous is any verifier of one's own; this one asks for more, never less.
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

fn roots(authorities_pem: Option<&[u8]>) -> Result<RootCertStore, ClientError> {
    let mut roots = RootCertStore::empty();
    match authorities_pem {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for authority in CertificateDer::pem_slice_iter(pem) {
                let authority =
                    authority.map_err(|_| ClientError::Connection("not a PEM certificate"))?;
                roots
                    .add(authority)
                    .map_err(|_| ClientError::Connection("not a certificate authority"))?;
            }
        }
    }
    if roots.is_empty() {
        return Err(ClientError::Connection("no certificate authority"));
    }
    Ok(roots)
}

/// The usual verification, and then the key must be an expected one.
#[derive(Debug)]
struct Pinned {
    certified: Arc<WebPkiServerVerifier>,
    pins: Vec<Digest>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.certified.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )?;
        let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
        if self.pins.contains(&Digest::of(key.as_ref())) {
            Ok(verified)
        } else {
            let refused = CertificateError::ApplicationVerificationFailure;
            Err(Error::InvalidCertificate(refused))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.certified.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.certified.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.certified.supported_verify_schemes()
    }
}
