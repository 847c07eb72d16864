//! What a connection over TLS goes by (feature `ureq`).

use std::fmt;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore, SupportedCipherSuite};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::refuse::usage;
use crate::Result;

/// Whom to trust over `https`, and how to show who one is: see [`Options::tls`](super::Options::tls).
///
/// The server's certificate is always verified, its chain and its name; there is no way to switch that off. For a server
/// with a certificate of its own, say that this very certificate is trusted.
///
/// ```no_run
/// use tiny_xmlrpc::client::{Options, Tls, TlsVersion};
///
/// let tls = Tls::new()
///     .trust_only(&std::fs::read("authority.pem")?)?
///     .client_certificate(&std::fs::read("me.pem")?, &std::fs::read("me.key")?)?
///     .minimum(TlsVersion::Tls13);
/// let mut options = Options::new();
/// options.tls(tls);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Tls {
    trusted: Option<Vec<Certificate<'static>>>,
    client: Option<ClientCert>,
    minimum: TlsVersion,
}

/// A version of TLS. Older ones are not spoken at all.
///
/// ```
/// use tiny_xmlrpc::client::TlsVersion;
///
/// assert_eq!(TlsVersion::default(), TlsVersion::Tls12);
/// assert!(TlsVersion::Tls12 < TlsVersion::Tls13);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2, RFC 5246.
    #[default]
    Tls12,
    /// TLS 1.3, RFC 8446.
    Tls13,
}

impl Tls {
    /// The system's trusted certificates, no client certificate, TLS 1.2 at least.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Options, Tls};
    ///
    /// let mut options = Options::new();
    /// options.tls(Tls::new()); // over ureq, which keeps its connections
    /// let transport = options.transport(&"https://example.org/RPC2".parse()?)?;
    /// # let _ = transport;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts these certificates, and those that they have signed, in place of the system's. They are in PEM; several
    /// may follow one another. Said again, the last ones count.
    ///
    /// ```
    /// use tiny_xmlrpc::{ErrorKind, client::Tls};
    ///
    /// # let authority = "
    /// # -----BEGIN CERTIFICATE-----
    /// # MIIBYTCCAROgAwIBAgIUAljwRxIThf3/RervhEZl8OSjawwwBQYDK2VwMCUxIzAh
    /// # BgNVBAMMGkFuIGF1dGhvcml0eSBvZiBhbiBleGFtcGxlMCAXDTI2MTEyMTEzNTEx
    /// # MVoYDzIxMjYxMDI4MTM1MTExWjAlMSMwIQYDVQQDDBpBbiBhdXRob3JpdHkgb2Yg
    /// # YW4gZXhhbXBsZTAqMAUGAytlcAMhAHRWj2xin0IKJtYGjoHmc0BK1xCx3BwGqFNV
    /// # 4RQJv1YFo1MwUTAdBgNVHQ4EFgQUfgGs18hefSxlvPsGYeg2w3/jNCwwHwYDVR0j
    /// # BBgwFoAUfgGs18hefSxlvPsGYeg2w3/jNCwwDwYDVR0TAQH/BAUwAwEB/zAFBgMr
    /// # ZXADQQBUOLZJoTOIYkQNDnrj39YrqH5gWvRHr9ob3CeJXdUvLyk1HnSk+Tgfm7lc
    /// # ElpLdlX3N2HqF0mz4ciAsy9N6FEK
    /// # -----END CERTIFICATE-----";
    /// // The text of a file authority.pem.
    /// let tls = Tls::new().trust_only(authority.as_bytes())?;
    /// assert_eq!(Tls::new().trust_only(b"another file").unwrap_err().kind(), ErrorKind::Usage);
    /// # let _ = tls;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where there is none among them.
    pub fn trust_only(mut self, pem: &[u8]) -> Result<Self> {
        let certificates = certificates(pem)?;
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            let added = store.add(rustls_certificate(certificate));
            added.map_err(|error| usage("expected certificates to trust, found another kind").with_source(error))?;
        }
        self.trusted = Some(certificates);
        Ok(self)
    }

    /// Shows the server this certificate, the chain up to its authority behind it, with its private key. Both are in PEM.
    ///
    /// ```
    /// use tiny_xmlrpc::client::Tls;
    ///
    /// # let chain = "
    /// # -----BEGIN CERTIFICATE-----
    /// # MIIBYTCCAROgAwIBAgIUAljwRxIThf3/RervhEZl8OSjawwwBQYDK2VwMCUxIzAh
    /// # BgNVBAMMGkFuIGF1dGhvcml0eSBvZiBhbiBleGFtcGxlMCAXDTI2MTEyMTEzNTEx
    /// # MVoYDzIxMjYxMDI4MTM1MTExWjAlMSMwIQYDVQQDDBpBbiBhdXRob3JpdHkgb2Yg
    /// # YW4gZXhhbXBsZTAqMAUGAytlcAMhAHRWj2xin0IKJtYGjoHmc0BK1xCx3BwGqFNV
    /// # 4RQJv1YFo1MwUTAdBgNVHQ4EFgQUfgGs18hefSxlvPsGYeg2w3/jNCwwHwYDVR0j
    /// # BBgwFoAUfgGs18hefSxlvPsGYeg2w3/jNCwwDwYDVR0TAQH/BAUwAwEB/zAFBgMr
    /// # ZXADQQBUOLZJoTOIYkQNDnrj39YrqH5gWvRHr9ob3CeJXdUvLyk1HnSk+Tgfm7lc
    /// # ElpLdlX3N2HqF0mz4ciAsy9N6FEK
    /// # -----END CERTIFICATE-----";
    /// // Of two files that were mixed up nothing is sent anywhere.
    /// let error = Tls::new().client_certificate(chain.as_bytes(), chain.as_bytes()).unwrap_err();
    /// assert_eq!(error.message(), "expected a private key in PEM, found none");
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where there is none, or the key is not that of the certificate.
    pub fn client_certificate(mut self, chain_pem: &[u8], key_pem: &[u8]) -> Result<Self> {
        let chain = certificates(chain_pem)?;
        let key = parse_pem(key_pem).find_map(|item| match item {
            Ok(PemItem::PrivateKey(key)) => Some(key),
            _ => None,
        });
        let key: PrivateKey<'static> = key.ok_or_else(|| usage("expected a private key in PEM, found none"))?;
        // The library below would panic later.
        let rustls_key = rustls::pki_types::PrivateKeyDer::try_from(key.der().to_vec()).map_err(usage)?;
        ClientConfig::builder_with_provider(self.cryptography())
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .and_then(|builder| {
                let builder = builder.with_root_certificates(RootCertStore::empty());
                builder.with_client_auth_cert(chain.iter().map(rustls_certificate).collect(), rustls_key)
            })
            .map_err(|error| {
                usage(format!("expected a client certificate with its key: {error}")).with_source(error)
            })?;
        self.client = Some(ClientCert::new_with_certs(&chain, key));
        Ok(self)
    }

    /// The oldest version of TLS that is spoken. Default: TLS 1.2.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Tls, TlsVersion};
    ///
    /// let tls = Tls::new().minimum(TlsVersion::Tls13);
    /// # let _ = tls;
    /// ```
    #[must_use]
    pub fn minimum(mut self, version: TlsVersion) -> Self {
        self.minimum = version;
        self
    }

    pub(super) fn config(&self) -> TlsConfig {
        let roots = match &self.trusted {
            Some(trusted) => RootCerts::new_with_certs(trusted),
            None => RootCerts::PlatformVerifier,
        };
        TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(roots)
            .client_cert(self.client.clone())
            .unversioned_rustls_crypto_provider(self.cryptography())
            .build()
    }

    /// What has no cipher suite of an older version does not speak it.
    fn cryptography(&self) -> Arc<CryptoProvider> {
        let mut provider = aws_lc_rs::default_provider();
        if self.minimum >= TlsVersion::Tls13 {
            provider.cipher_suites.retain(|suite| matches!(suite, SupportedCipherSuite::Tls13(_)));
        }
        Arc::new(provider)
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(usage("expected certificates in PEM").with_source(error)),
        }
    }
    if certificates.is_empty() {
        return Err(usage("expected certificates in PEM, found none"));
    }
    Ok(certificates)
}

fn rustls_certificate(certificate: &Certificate<'_>) -> rustls::pki_types::CertificateDer<'static> {
    certificate.der().to_vec().into()
}

/// Without the private key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("trusted", &self.trusted.as_ref().map(Vec::len))
            .field("client", &self.client.is_some())
            .field("minimum", &self.minimum)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn what_is_no_certificate_is_refused_at_once() {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for pem in ["", "x", broken, "-----BEGIN CERTIFICATE-----\nA"] {
            assert_eq!(Tls::new().trust_only(pem.as_bytes()).unwrap_err().kind(), ErrorKind::Usage);
            let error = Tls::new().client_certificate(pem.as_bytes(), b"").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn the_minimum_version_leaves_its_cipher_suites() {
        let suites = |minimum| Tls::new().minimum(minimum).cryptography().cipher_suites.len();
        assert!(suites(TlsVersion::Tls13) > 0 && suites(TlsVersion::Tls13) < suites(TlsVersion::Tls12));
    }
}
