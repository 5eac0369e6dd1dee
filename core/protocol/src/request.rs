//! What a bound device asks for besides certifying, signed by its key over a server nonce, so that
//! no id number and no secret ever stands in an address.

use crate::canonical::Message;
use crate::{
    AgencyId, ChallengeMode, DeviceId, EvidenceKey, KeyId, Nonce, PersonRef, ReceiptId, Road,
};
use minicbor::{Decode, Encode};

/// A signed request of a bound device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeviceRequest {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// The agency spoken to.
    #[n(1)]
    pub agency: AgencyId,
    /// The server spoken to.
    #[n(2)]
    pub server: String,
    /// The person it is about.
    #[n(3)]
    pub person: PersonRef,
    /// The device key that signs.
    #[n(4)]
    pub key: KeyId,
    /// A nonce that the server gave out a short time ago.
    #[n(5)]
    pub nonce: Nonce,
    /// What is asked.
    #[n(6)]
    pub ask: Ask,
}

/// What a device can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Ask {
    /// A challenge to certify.
    #[n(1)]
    Challenge {
        /// To be answered at once or later.
        #[n(0)]
        mode: ChallengeMode,
    },
    /// Whether the person is certified and until when.
    #[n(2)]
    Status,
    /// All evidence of life on record.
    #[n(3)]
    History,
    /// A receipt once more.
    #[n(4)]
    Receipt {
        /// Which one.
        #[n(0)]
        receipt_id: ReceiptId,
    },
    /// To let a second device in.
    #[n(5)]
    ConfirmDevice {
        /// Which one.
        #[n(0)]
        device_id: DeviceId,
    },
    /// To shut a device out.
    #[n(6)]
    RevokeDevice {
        /// Which one.
        #[n(0)]
        device_id: DeviceId,
    },
    /// To withdraw every consent; what was kept by it is erased.
    #[n(7)]
    WithdrawConsent,
    /// The person's template, to be compared with on the device; sealed to a key that the device
    /// made for this answer alone.
    #[n(8)]
    Template {
        /// That key.
        #[n(0)]
        key: EvidenceKey,
    },
    /// A road without the face; another choice takes the place of an earlier one.
    #[n(9)]
    OtherRoad {
        /// Which one.
        #[n(0)]
        road: Road,
    },
    /// To erase everything that the office has of the person's face. It withdraws every consent and
    /// shuts every device of theirs out, this one too.
    #[n(10)]
    EraseFace,
}

impl Message for DeviceRequest {
    const DOMAIN: &'static str = "lifecert/request";

    fn version(&self) -> u8 {
        self.version
    }
}
