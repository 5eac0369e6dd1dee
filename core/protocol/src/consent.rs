//! What a person agreed to, signed by their device's key.

use crate::canonical::Message;
use crate::{AgencyId, Digest, KeyId, Nonce, PersonRef};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

vocabulary! {
    /// How a consent was given.
    ConsentMeans {
        /// A spoken yes.
        Spoken = 1, "spoken";
        /// A touch on the screen.
        Touch = 2, "touch";
        /// Witnessed by a clerk.
        Clerk = 3, "clerk";
    }
}

vocabulary! {
    /// Who the person is to whoever holds the phone.
    Relation {
        /// They hold it themselves.
        Oneself = 1, "self";
        /// Mother or father, also by marriage.
        Parent = 2, "parent";
        /// Wife, husband or partner.
        Spouse = 3, "spouse";
        /// Somebody else of the family.
        OtherFamily = 4, "other-family";
        /// A neighbour.
        Neighbour = 5, "neighbour";
        /// Anybody else.
        Other = 6, "other";
    }
}

/// What a person agreed to, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ConsentPurposes {
    /// A family member helps with their phone.
    #[n(0)]
    pub helper: bool,
    /// The embedding of the look leaves the device.
    #[n(1)]
    pub embedding_leaves: bool,
    /// Key frames leave the device.
    #[n(2)]
    pub key_frames_leave: bool,
    /// The agency keeps sealed evidence for a while, to look again.
    #[n(3)]
    pub evidence_kept: bool,
}

/// A consent. It counts until a newer one of the same person, or until it is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Consent {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// The agency spoken to.
    #[n(1)]
    pub agency: AgencyId,
    /// The server spoken to.
    #[n(2)]
    pub server: String,
    /// Who agrees.
    #[n(3)]
    pub person: PersonRef,
    /// The device key that signs.
    #[n(4)]
    pub key: KeyId,
    /// A nonce that the server gave out a short time ago.
    #[n(5)]
    pub nonce: Nonce,
    /// Version of the text that was shown and said.
    #[n(6)]
    pub text_version: u32,
    /// SHA-256 of that text.
    #[n(7)]
    pub text: Digest,
    /// Its language, a BCP 47 tag of at most 35 bytes.
    #[n(8)]
    pub language: String,
    /// What was agreed to.
    #[n(9)]
    pub purposes: ConsentPurposes,
    /// How.
    #[n(10)]
    pub means: ConsentMeans,
    /// When, by the device's clock, milliseconds since 1970; only advice.
    #[n(11)]
    pub given_at_ms: u64,
    /// Digest of the payload of an accepted claim of this person and key: who agreed was there.
    #[n(12)]
    pub session: Digest,
    /// Who they are to whoever holds the phone, as that one says; only advice. Devices of before do
    /// not say it.
    #[n(13)]
    #[cbor(skip_if = "Option::is_none")]
    pub relation: Option<Relation>,
}

impl Message for Consent {
    const DOMAIN: &'static str = "lifecert/consent";

    fn version(&self) -> u8 {
        self.version
    }

    fn fits_version(&self) -> bool {
        self.version >= 2 && self.language.len() <= 35 && self.server.len() <= 255
    }
}
