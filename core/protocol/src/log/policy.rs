//! Whose cosignatures are enough (c2sp.org/tlog-policy).
//!
//! Witness keys of other types than Ed25519 cannot be read: a policy that names one is refused.

use super::{Cosignature, LogError, LogKey, SignedCheckpoint, WitnessKey};
use std::collections::HashMap;

/// A policy: logs that are believed, witnesses that are known, and how many of them it takes.
#[derive(Debug)]
pub struct WitnessPolicy {
    logs: Vec<LogKey>,
    witnesses: Vec<PolicyWitness>,
    quorum: Rule,
}

/// A witness as a policy knows it.
#[derive(Debug)]
pub struct PolicyWitness {
    /// Its key.
    pub key: WitnessKey,
    /// Where it takes checkpoints, where the policy says so.
    pub url: Option<String>,
}

#[derive(Debug, Clone)]
enum Rule {
    Nobody,
    Witness(usize),
    AtLeast(usize, Vec<Rule>),
}

impl WitnessPolicy {
    /// Reads a policy file. Names are bytes, as the format has it.
    ///
    /// # Errors
    /// [`LogError::Policy`] with the line.
    pub fn parse(file: &[u8]) -> Result<Self, LogError> {
        let mut reader = Reader::default();
        let file = file.strip_suffix(b"\n").unwrap_or(file);
        let lines = file.split(|byte| *byte == b'\n');
        let mut last = 0;
        for (number, line) in (1..).zip(lines) {
            last = number;
            reader
                .line(line)
                .map_err(|why| LogError::Policy { line: number, why })?;
        }
        let missing = LogError::Policy {
            line: last,
            why: "there is no quorum line",
        };
        Ok(Self {
            quorum: reader.quorum.ok_or(missing)?,
            logs: reader.logs,
            witnesses: reader.witnesses,
        })
    }

    /// The logs.
    pub fn logs(&self) -> &[LogKey] {
        &self.logs
    }

    /// The witnesses.
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// The cosignatures by witnesses of the policy, and whether they are enough. The log's own
    /// signature is not looked at here.
    ///
    /// # Errors
    /// [`LogError::Signature`] when a cosignature in a witness's name does not fit.
    pub fn witnessed(
        &self,
        checkpoint: &SignedCheckpoint,
    ) -> Result<(Vec<Cosignature>, bool), LogError> {
        let mut all = Vec::new();
        let mut signed = Vec::new();
        for witness in &self.witnesses {
            let cosignatures = checkpoint.cosignatures([&witness.key])?;
            signed.push(!cosignatures.is_empty());
            all.extend(cosignatures);
        }
        let enough = self.quorum.holds(&signed);
        Ok((all, enough))
    }
}

impl Rule {
    fn holds(&self, signed: &[bool]) -> bool {
        match self {
            Rule::Nobody => true,
            Rule::Witness(place) => signed[*place],
            Rule::AtLeast(k, members) => {
                members.iter().filter(|rule| rule.holds(signed)).count() >= *k
            }
        }
    }
}

#[derive(Default)]
struct Reader {
    logs: Vec<LogKey>,
    witnesses: Vec<PolicyWitness>,
    names: HashMap<Vec<u8>, Named>,
    quorum: Option<Rule>,
}

struct Named {
    rule: Rule,
    in_group: bool,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), &'static str> {
        if line
            .iter()
            .any(|byte| matches!(byte, 0..=8 | 10..=31 | 127))
        {
            return Err("a character that is not allowed");
        }
        let words = line.split(|byte| matches!(byte, b' ' | b'\t'));
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", vkey] | [b"log", vkey, _] => self.log(vkey),
            [b"witness", name, vkey] => self.witness(name, vkey, None),
            [b"witness", name, vkey, url] => self.witness(name, vkey, Some(url)),
            [b"group", name, k, members @ ..] => self.group(name, k, members),
            [b"quorum", name] => self.quorum(name),
            _ => Err("not a line of a policy"),
        }
    }

    fn log(&mut self, vkey: &[u8]) -> Result<(), &'static str> {
        let key = std::str::from_utf8(vkey).ok().map(LogKey::parse);
        let Some(Ok(key)) = key else {
            return Err("not the key of a log");
        };
        if self.logs.iter().any(|log| log.public() == key.public()) {
            return Err("this log's key was named before");
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(
        &mut self,
        name: &[u8],
        vkey: &[u8],
        url: Option<&&[u8]>,
    ) -> Result<(), &'static str> {
        let key = std::str::from_utf8(vkey).ok().map(WitnessKey::parse);
        let Some(Ok(key)) = key else {
            return Err("not the Ed25519 key of a witness");
        };
        let mut known = self.witnesses.iter();
        if known.any(|witness| witness.key.key() == key.key()) {
            return Err("this witness's key was named before");
        }
        let rule = Rule::Witness(self.witnesses.len());
        let url = url.map(|url| String::from_utf8_lossy(url).into_owned());
        self.witnesses.push(PolicyWitness { key, url });
        self.define(name, rule)
    }

    fn group(&mut self, name: &[u8], k: &[u8], members: &[&[u8]]) -> Result<(), &'static str> {
        let of = members.len();
        let k = match k {
            b"any" => 1,
            b"all" => of,
            k => std::str::from_utf8(k)
                .ok()
                .filter(|k| k.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|k| k.parse().ok())
                .ok_or("not a number of members")?,
        };
        if of == 0 || !(1..=of).contains(&k) {
            return Err("a group needs at least one member, and no more than it has");
        }
        let mut rules = Vec::new();
        for member in members {
            let named = self.names.get_mut(*member);
            let named = named.ok_or("a member that was not named before")?;
            if std::mem::replace(&mut named.in_group, true) {
                return Err("a member that is in a group already");
            }
            rules.push(named.rule.clone());
        }
        self.define(name, Rule::AtLeast(k, rules))
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), &'static str> {
        let rule = match name {
            b"none" => Rule::Nobody,
            name => {
                let named = self.names.get(name);
                named
                    .ok_or("a name that was not named before")?
                    .rule
                    .clone()
            }
        };
        match self.quorum.replace(rule) {
            None => Ok(()),
            Some(_) => Err("there is a quorum line already"),
        }
    }

    fn define(&mut self, name: &[u8], rule: Rule) -> Result<(), &'static str> {
        let in_group = false;
        if name == b"none" {
            return Err("the name none is taken");
        }
        match self.names.insert(name.to_vec(), Named { rule, in_group }) {
            None => Ok(()),
            Some(_) => Err("this name was given before"),
        }
    }
}
