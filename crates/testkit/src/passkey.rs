//! A passkey in software: what a browser with an authenticator would answer (WebAuthn Level 3 §6), with a key pair of its own.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use platform::crypto::sha256;
use serde_json::{Value, json};

/// An authenticator holding one discoverable credential.
#[derive(Debug, Clone)]
pub struct SoftPasskey {
    key: SigningKey,
    id: Vec<u8>,
    user_handle: Vec<u8>,
    /// The signature counter; grows with each use.
    pub counter: u32,
    /// Whether the holder is verified (a finger, a PIN), not only present.
    pub verifies: bool,
    /// Where the browser believes to be.
    pub origin: String,
}

/// Present (§6.1, bit 0).
const UP: u8 = 0x01;
/// Verified (bit 2).
const UV: u8 = 0x04;
/// Attested credential data included (bit 6).
const AT: u8 = 0x40;

impl SoftPasskey {
    /// Makes a credential as `navigator.credentials.create` would, for the `options` the server gave. Gives it with the answer to send.
    pub fn create(options: &Value) -> (Self, Value) {
        static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
        let public = &options["publicKey"];
        assert_eq!(public["authenticatorSelection"]["residentKey"], "required", "signing in asks for no name");
        assert_eq!(public["authenticatorSelection"]["userVerification"], "required");
        let passkey = Self {
            key: SigningKey::from_slice(&sha256(&number)).expect("a valid scalar"),
            id: sha256(&[&b"id"[..], &number].concat()),
            user_handle: decode(&public["user"]["id"]),
            counter: 0,
            verifies: true,
            origin: "http://localhost:8080".into(),
        };
        let client_data = passkey.client_data("webauthn.create", public);
        let data = passkey.authenticator_data(AT, &passkey.credential_data());
        // {"fmt": "none", "attStmt": {}, "authData": data} (§6.5.4, §8.7), in canonical CBOR.
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none");
        object.push(0x67);
        object.extend(b"attStmt\xa0");
        object.push(0x68);
        object.extend(b"authData");
        object.extend([0x59, 0, 0]);
        let length = u16::try_from(data.len()).expect("short data").to_be_bytes();
        let at = object.len() - 2;
        object[at..].copy_from_slice(&length);
        object.extend(&data);
        let answer = json!({
            "id": encode(&passkey.id), "rawId": encode(&passkey.id), "type": "public-key", "clientExtensionResults": {},
            "response": { "attestationObject": encode(&object), "clientDataJSON": encode(&client_data), "transports": ["internal"] },
        });
        (passkey, answer)
    }

    /// Signs as `navigator.credentials.get` would.
    pub fn show(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", &options["publicKey"]);
        let data = self.authenticator_data(0, &[]);
        let signature: Signature = self.key.sign(&[data.clone(), sha256(&client_data)].concat());
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": encode(&data), "clientDataJSON": encode(&client_data),
                "signature": encode(signature.to_der().as_bytes()), "userHandle": encode(&self.user_handle),
            },
        })
    }

    fn client_data(&self, kind: &str, public: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": public["challenge"], "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8, rest: &[u8]) -> Vec<u8> {
        let flags = flags | UP | if self.verifies { UV } else { 0 };
        [&sha256(b"localhost")[..], &[flags], &self.counter.to_be_bytes(), rest].concat()
    }

    /// AAGUID, id, and the public key as COSE (§6.5.1; RFC 9053 §7.1: EC2, ES256, P-256).
    fn credential_data(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&[u8]>| bytes.expect("an uncompressed point").to_vec();
        let (x, y) = (coordinate(point.x().map(AsRef::as_ref)), coordinate(point.y().map(AsRef::as_ref)));
        let length = u16::try_from(self.id.len()).expect("a short id").to_be_bytes();
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        [&[0; 16][..], &length, &self.id, &head, &x, &[0x22, 0x58, 0x20], &y].concat()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().expect("base64url")).expect("base64url")
}
