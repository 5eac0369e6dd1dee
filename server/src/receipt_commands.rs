//! `lifecert-server receipt`: a person's receipt on paper, for whoever stands at the counter.

use crate::review_commands::By;
use crate::{Failure, Place, admin};
use clap::Args;
use lifecert_guidance::Lang;
use lifecert_paper::{Page, ReceiptQr};
use lifecert_protocol::{PersonRef, ReceiptId};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct ReceiptArguments {
    /// The person.
    #[arg(long)]
    person: PersonRef,
    /// Which of their receipts; by default the newest that was not revoked.
    #[arg(long)]
    receipt: Option<ReceiptId>,
    /// Why it is printed; nothing about the person belongs in it.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    by: By,
    /// The folder for receipt.svg, receipt.png and receipt.html.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// For somebody who sees the card: the code then shows whose receipt it is.
    #[arg(long)]
    with_salt: bool,
    /// The page's language: zh-Hans, zh-Hant, en, es.
    #[arg(long, default_value = "zh-Hans")]
    lang: Lang,
}

impl ReceiptArguments {
    pub(crate) async fn run(self, place: &Place) -> Result<(), Failure> {
        let service = place.service(None).await?;
        let log = place.log(service.store().clone()).await?;
        // What is in line has its place first, unless a server that runs sees to it.
        log.settle().await?;
        let service = service.with_log(log);
        let session = self.by.log_in(&service).await?;
        let (of, how) = ((self.person, self.receipt), (&*self.reason, self.with_salt));
        let printed = service.receipt_for_paper(&session.actor, of, how).await;
        service.log_out(&session.token).await?;
        let printed = printed?;
        let page = Page {
            receipt: &printed.receipt,
            qr: &ReceiptQr::new(&printed.signed)?,
            log_index: printed.log_index,
            with_salt: self.with_salt,
        };
        std::fs::create_dir_all(&self.out)?;
        for (name, bytes) in page.files(self.lang) {
            let path = self.out.join(name);
            admin::write_private(&path, &bytes)?;
            println!("{}", path.display());
        }
        Ok(())
    }
}
