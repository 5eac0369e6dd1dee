//! `--attack SPECIES=DIR`: a species of attack and the folder that holds attacks of it.

use std::path::PathBuf;

/// What the living are called where species are listed.
pub const LIVING: &str = "live";

/// A species of attack and its folder.
#[derive(Debug, Clone)]
pub struct Attack {
    /// Its name in tables.
    pub species: String,
    /// Where its pictures and clips are.
    pub folder: PathBuf,
}

/// Reads the argument.
///
/// # Errors
/// What is wrong with it, in words.
pub fn attack(text: &str) -> Result<Attack, String> {
    let (species, folder) = text
        .split_once('=')
        .filter(|(species, folder)| !species.is_empty() && !folder.is_empty())
        .ok_or("give it as SPECIES=DIR, for example print=attacks/print")?;
    if species == LIVING {
        return Err(format!(
            "{LIVING} is what the living are called; give --live DIR for them"
        ));
    }
    Ok(Attack {
        species: species.to_owned(),
        folder: folder.into(),
    })
}

/// What a report says of a species whose folder holds nothing to try.
pub fn untried(species: &str) -> String {
    format!("{species}: no picture or clip in its folder, so no trial")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_species_has_a_name_of_its_own_and_a_folder() {
        let read = attack("print=a=b").unwrap();
        assert_eq!(
            (read.species.as_str(), read.folder),
            ("print", "a=b".into())
        );
        for wrong in ["print", "=a", "print=", "live=a"] {
            assert!(attack(wrong).is_err(), "{wrong}");
        }
    }
}
