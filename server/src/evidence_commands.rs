//! `lifecert-server evidence`: what lies under seal, opened for a reviewer or for whoever is to
//! agree to a visit. Each opening is on record before it happens.

use crate::place::Place;
use crate::review_commands::By;
use crate::{Failure, admin};
use clap::{Args, Subcommand};
use lifecert_protocol::{ClaimId, FaceEvidence, Visit, VisitId};
use minicbor::bytes::ByteVec;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum EvidenceAction {
    /// Writes the key frames to files that only their owner can read. That it was opened, by whom
    /// and why, is on record for ever.
    Open {
        /// The claim.
        #[arg(long)]
        claim: ClaimId,
        #[command(flatten)]
        opening: Opening,
    },
    /// Opens what a clerk brought home from a visit, for whoever is to agree to it: the photo of
    /// the form, and the pictures.
    OpenVisit {
        /// The visit; it stands in the proposal's reason.
        #[arg(long)]
        visit: VisitId,
        #[command(flatten)]
        opening: Opening,
    },
}

/// Who opens it, why, and where it goes.
#[derive(Args)]
pub(crate) struct Opening {
    /// Why it is opened, in at most 200 bytes; nothing about the person belongs in it.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    by: By,
    /// The folder for the pictures.
    #[arg(long)]
    out: PathBuf,
}

/// Opens it.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn open(place: &Place, action: EvidenceAction) -> Result<(), Failure> {
    let service = place.opening_service(None).await?;
    let (EvidenceAction::Open { opening, .. } | EvidenceAction::OpenVisit { opening, .. }) =
        &action;
    let Opening { reason, by, out } = opening;
    let session = by.log_in(&service).await?;
    let actor = &session.actor;
    let opened = match &action {
        EvidenceAction::Open { claim, .. } => {
            let evidence = service.open_evidence(actor, *claim, reason).await;
            evidence.map(Opened::Claim)
        }
        EvidenceAction::OpenVisit { visit, .. } => {
            let visit = service.see_visit(actor, *visit, reason).await;
            visit.map(Opened::Visit)
        }
    };
    service.log_out(&session.token).await?;
    let opened = opened?;
    std::fs::create_dir_all(out)?;
    let (name, pictures, form) = opened.pictures();
    for (n, picture) in (1..).zip(pictures) {
        admin::write_private(&out.join(format!("{name}-{n}.jpg")), picture)?;
    }
    if let Some(form) = form {
        admin::write_private(&out.join("form.jpg"), form)?;
        println!("the form in {}", out.display());
    }
    println!(
        "{} {}s in {}",
        pictures.len(),
        name.replace('-', " "),
        out.display()
    );
    Ok(())
}

/// What was under seal.
enum Opened {
    Claim(FaceEvidence),
    Visit(Visit),
}

impl Opened {
    /// What its pictures are called, the pictures, and a form.
    fn pictures(&self) -> (&'static str, &[ByteVec], Option<&ByteVec>) {
        match self {
            Self::Claim(evidence) => ("key-frame", &evidence.key_frames, None),
            Self::Visit(visit) => ("picture", &visit.pictures, visit.form.as_ref()),
        }
    }
}
