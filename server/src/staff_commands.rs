//! `lifecert-server staff`: who works here. Passwords come from the terminal or standard input, and
//! stand in no argument.

use crate::Failure;
use crate::admin::write_private;
use clap::{Args, Subcommand};
use lifecert_server::service::Service;
use lifecert_server::service::staff::Otp;
use lifecert_server::store::{Area, StaffRole};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct StaffArguments {
    /// Makes a token of a counter, which models faces and does nothing else, and writes it to this
    /// file that only its owner can read.
    #[arg(long, required = true)]
    token_file: Option<PathBuf>,
    #[command(subcommand)]
    action: Option<StaffAction>,
}

#[derive(Subcommand)]
pub(crate) enum StaffAction {
    /// Adds a member of staff who logs in: a password of at least 12 characters is asked for, and a
    /// code for an authenticator app is shown once.
    Add {
        /// The name of the account: small letters, digits, dots and hyphens. A desk's number serves
        /// better than a person's name.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        duty: Duty,
    },
    /// Gives an account another password and another code for the app; its sessions end.
    Reset {
        /// The name of the account.
        #[arg(long)]
        account: String,
    },
    /// Gives an account another role and another area; its sessions end.
    Role {
        /// The name of the account.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        duty: Duty,
    },
    /// Ends what an account, or a counter's token by its id, may do, for good.
    End {
        /// The name of the account, or the id of the token.
        #[arg(long)]
        account: String,
    },
    /// Lists everybody who is or was a member of staff.
    List,
}

#[derive(Args)]
pub(crate) struct Duty {
    /// clerk, reviewer, supervisor, auditor or administrator.
    #[arg(long)]
    role: StaffRole,
    /// Region, county and outlet, 52/5201/outlet-3; by default the whole agency.
    #[arg(long, default_value = "")]
    area: Area,
}

impl StaffArguments {
    pub(crate) async fn run(self, service: &Service) -> Result<(), Failure> {
        match (self.action, self.token_file) {
            (Some(action), _) => action.run(service).await,
            (None, Some(file)) => {
                let token = service.add_staff(StaffRole::Clerk).await?;
                write_private(&file, token.as_bytes())?;
                println!("staff {}", service.staff(&token).await?.staff_id);
                Ok(())
            }
            (None, None) => Err("name a file for the token, or one of the commands".into()),
        }
    }
}

impl StaffAction {
    async fn run(self, service: &Service) -> Result<(), Failure> {
        match self {
            StaffAction::Add { account, duty } => {
                let password = new_password()?;
                let of = (duty.role, &duty.area);
                let otp = service.add_account(&account, of, password).await;
                show(&otp.map_err(|error| {
                    format!(
                        "{error}: an account's name has 3 to 40 small letters, digits, dots and \
                         hyphens and is there once, a password at least 12 characters"
                    )
                })?)?;
            }
            StaffAction::Reset { account } => {
                let password = new_password()?;
                show(&service.reset_account(&account, password).await?)?;
            }
            StaffAction::Role { account, duty } => {
                let of = (duty.role, &duty.area);
                service.change_account(&account, of).await?;
            }
            StaffAction::End { account } => service.end_account(&account).await?,
            StaffAction::List => {
                println!("{:<32}  {:<14} {:<20} area", "id", "role", "account");
                for row in service.store().read().await?.all_staff().await? {
                    let role = if row.ended {
                        "ended"
                    } else {
                        row.role.as_str()
                    };
                    let (account, area) = match &row.account {
                        Some((account, area)) => (account.as_str(), area.as_str()),
                        None => ("(counter)", ""),
                    };
                    println!("{}  {role:<14} {account:<20} {area}", row.staff_id);
                }
            }
        }
        Ok(())
    }
}

/// Shows what an authenticator app reads, once.
fn show(otp: &Otp) -> Result<(), Failure> {
    let code = QrCode::new(otp.as_url())?;
    println!("{}", code.render::<Dense1x2>().build());
    println!("{}", otp.as_url());
    Ok(())
}

fn new_password() -> Result<Zeroizing<String>, Failure> {
    let password = secret("Password: ")?;
    if std::io::stdin().is_terminal() && password != secret("Once more: ")? {
        return Err("the two passwords differ".into());
    }
    Ok(password)
}

/// A line that nobody sees: typed at the terminal, or the next one of standard input.
pub(crate) fn secret(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if std::io::stdin().is_terminal() {
        return Ok(Zeroizing::new(rpassword::prompt_password(prompt)?));
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}
