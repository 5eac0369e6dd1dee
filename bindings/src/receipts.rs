//! Receipts: those that lie in the phone, shown and printed, and any other, checked without a
//! network.

use crate::errors::{LifecertError, malformed};
use crate::phone::{Phone, read_person};
use crate::vocabulary::{Assurance, Channel, Language, Modality};
use lifecert_client::{HolderCopy, wall_clock_ms};
use lifecert_paper::{Page, ReceiptQr};
use lifecert_protocol::log::TlogProof;
use lifecert_protocol::{
    ErrorCode, KeyFinding, LogFinding, Receipt as CoreReceipt, ReceiptCheck, ReceiptId,
    read_receipt_code,
};
use std::fmt;

/// What a receipt says. Times are the server's clock, milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Receipt {
    /// Its id.
    pub receipt: String,
    /// The person's random number.
    pub person: String,
    /// The agency that says so.
    pub agency: String,
    /// By what kind of evidence.
    pub modality: Modality,
    /// Where.
    pub channel: Channel,
    /// How well the phone was known.
    pub assurance: Assurance,
    /// Alive between this time
    pub proved_from_ms: u64,
    /// and this one.
    pub proved_to_ms: u64,
    /// Until when it counts.
    pub valid_until_ms: u64,
}

/// A receipt's QR code. It may hold the salt that opens a commitment to a name, so that it prints
/// as `QrCode(..)`.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct QrCode {
    /// What it says.
    pub text: String,
    /// A picture with its light edge: SVG,
    pub svg: String,
    /// and PNG.
    pub png: Vec<u8>,
}

impl fmt::Display for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrCode(..)")
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is beside the signed bytes when a receipt is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Beside {
    /// The proof that it stands in the public log; without it the code is smaller and proves less.
    pub proof: bool,
    /// The salt that opens the commitment to name and number: for somebody who sees the card.
    pub salt: bool,
}

/// Why the key of a receipt is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KeyStanding {
    /// It is the one that was met; whether it counted at the receipt's time is not known.
    Met,
    /// It stands in the list of the agency's root, and counted at the receipt's time.
    Listed,
    /// So it does, and it has ended since: nothing but the receipt says that it was made before.
    Ended,
}

/// Where a receipt stands in the public log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogStanding {
    /// It came without a proof.
    NoProof,
    /// There is a proof, and nothing here to look at it with.
    NotLooked,
    /// The proof is a false one.
    Faulty,
    /// It stands there.
    Proved,
}

/// What came of looking at a receipt that its agency signed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Findings {
    /// What it says.
    pub receipt: Receipt,
    /// Whether its time is over by this phone's clock.
    pub expired: bool,
    /// Why its key is believed.
    pub key: KeyStanding,
    /// Where it stands in the log.
    pub log: LogStanding,
}

#[uniffi::export]
impl Phone {
    /// The receipts of a person that lie here, newest first.
    ///
    /// # Errors
    /// A storage error.
    pub fn receipts(&self, person: String) -> Result<Vec<Receipt>, LifecertError> {
        let held = self.phone.receipts(read_person(&person)?)?.into_iter();
        Ok(held.map(|(receipt, _)| receipt.into()).collect())
    }

    /// The QR code of a receipt that lies here.
    ///
    /// # Errors
    /// `request.not_found`; `receipt.invalid` when it is not genuine; `request.malformed` for a
    /// salt that it has not, or more than a QR code holds.
    pub fn receipt_qr(&self, receipt: String, beside: Beside) -> Result<QrCode, LifecertError> {
        let (_, qr, _) = self.printed(&receipt, beside)?;
        Ok(QrCode {
            text: qr.text().to_owned(),
            svg: qr.svg(),
            png: qr.png(),
        })
    }

    /// A receipt that lies here as a page to print, one sheet of A4 in large print (HTML).
    ///
    /// # Errors
    /// Those of [`Phone::receipt_qr`].
    pub fn receipt_page(
        &self,
        receipt: String,
        beside: Beside,
        language: Language,
    ) -> Result<String, LifecertError> {
        let (check, qr, proof) = self.printed(&receipt, beside)?;
        let shown = Page {
            receipt: &check.receipt,
            qr: &qr,
            log_index: proof.map(|proof| proof.index),
            with_salt: beside.salt,
        };
        Ok(shown.html(language.into()))
    }

    /// A receipt that lies here as its holder's file, with proof and salt.
    ///
    /// # Errors
    /// `request.not_found`, or a storage error.
    pub fn receipt_file(&self, receipt: String) -> Result<Vec<u8>, LifecertError> {
        Ok(self.held(&receipt)?.to_file())
    }

    /// Looks at anybody's receipt without a network: the text of its QR code.
    ///
    /// # Errors
    /// `receipt.invalid` when none of the agencies that this phone believes has signed it.
    pub fn check_receipt(&self, qr_text: String) -> Result<Findings, LifecertError> {
        let invalid = |_| LifecertError::from(ErrorCode::ReceiptInvalid);
        let bytes = read_receipt_code(&qr_text).map_err(invalid)?;
        self.findings(&HolderCopy::from_cose(&bytes))
    }

    /// The same for a holder's file, or a receipt's COSE_Sign1 bytes.
    ///
    /// # Errors
    /// Those of [`Phone::check_receipt`].
    pub fn check_receipt_file(&self, file: Vec<u8>) -> Result<Findings, LifecertError> {
        self.findings(&HolderCopy::from_file(&file))
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Asks for a receipt once more, with the proof that the log gives now, and keeps it.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn fetch_receipt(
        &self,
        person: String,
        receipt: String,
    ) -> Result<Receipt, LifecertError> {
        let id: ReceiptId = receipt.parse().map_err(malformed)?;
        let copy = self
            .phone
            .fetch_receipt(&self.binding(&person)?, id)
            .await?;
        Ok(copy.receipt()?.into())
    }
}

impl Phone {
    fn held(&self, receipt: &str) -> Result<HolderCopy, LifecertError> {
        let id: ReceiptId = receipt.parse().map_err(malformed)?;
        let held = self.phone.device().receipt(id)?;
        held.ok_or_else(|| ErrorCode::RequestNotFound.into())
    }

    fn check(&self, copy: &HolderCopy, proof: bool) -> Result<ReceiptCheck, LifecertError> {
        let believed = self.phone.device().believed()?;
        let proof = copy.log_proof().filter(|_| proof);
        Ok(ReceiptCheck::new(&copy.bytes()?, proof, &believed)?)
    }

    /// What is printed: only a receipt that is genuine.
    fn printed(
        &self,
        receipt: &str,
        beside: Beside,
    ) -> Result<(ReceiptCheck, ReceiptQr, Option<TlogProof>), LifecertError> {
        let copy = self.held(receipt)?;
        let check = self.check(&copy, beside.proof)?;
        if check.is_faulty() {
            return Err(ErrorCode::ReceiptInvalid.into());
        }
        if beside.salt && copy.identity_salt().is_none() {
            return Err(ErrorCode::RequestMalformed.into());
        }
        let qr = ReceiptQr::new(&copy.to_cose(beside.proof, beside.salt)?).map_err(malformed)?;
        let proof = copy.log_proof().filter(|_| beside.proof);
        Ok((
            check,
            qr,
            proof.and_then(|text| TlogProof::parse(text).ok()),
        ))
    }

    fn findings(&self, copy: &HolderCopy) -> Result<Findings, LifecertError> {
        let check = self.check(copy, true)?;
        let now_ms = wall_clock_ms();
        let key = match check.key {
            KeyFinding::Given => KeyStanding::Met,
            KeyFinding::Listed { .. } if check.rests_on_an_ended_key(now_ms) => KeyStanding::Ended,
            KeyFinding::Listed { .. } => KeyStanding::Listed,
        };
        let log = match check.log {
            LogFinding::NoProof => LogStanding::NoProof,
            LogFinding::NoKey => LogStanding::NotLooked,
            LogFinding::Faulty(_) => LogStanding::Faulty,
            LogFinding::Proved { .. } => LogStanding::Proved,
        };
        Ok(Findings {
            expired: now_ms > check.receipt.valid_until_ms,
            receipt: check.receipt.into(),
            key,
            log,
        })
    }
}

impl From<CoreReceipt> for Receipt {
    fn from(core: CoreReceipt) -> Self {
        Self {
            receipt: core.receipt_id.to_string(),
            person: core.person.to_string(),
            agency: core.agency.to_string(),
            modality: core.modality.into(),
            channel: core.channel.into(),
            assurance: core.assurance.into(),
            proved_from_ms: core.proved_from_ms,
            proved_to_ms: core.proved_to_ms,
            valid_until_ms: core.valid_until_ms,
        }
    }
}
