//! Ways to change a message: each field of its CBOR, its signature, its text.

use coset::cbor::value::Value;
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use lifecert_protocol::SoftwareKey;

/// A message that was changed.
pub struct Changed {
    /// What was changed, and how.
    pub name: String,
    /// The message now.
    pub bytes: Vec<u8>,
}

/// Every field of a CBOR message changed in every way, one at a time. The first number of each name
/// is the field's key.
///
/// # Panics
/// When the message is no CBOR, or is not canonical.
pub fn fields(message: &[u8]) -> Vec<Changed> {
    let whole = Value::from_slice(message).expect("CBOR");
    let again = whole.clone().to_vec().expect("CBOR");
    assert_eq!(again, message, "what is not changed stays the same");
    let mut changed = Vec::new();
    visit(&whole, "", &mut |name, value| {
        let bytes = value.to_vec().expect("CBOR");
        if bytes != message {
            changed.push(Changed { name, bytes });
        }
    });
    changed
}

/// The changes to these fields, and to the message as a whole.
pub fn bound(changed: Vec<Changed>, fields: &'static [u32]) -> impl Iterator<Item = Changed> {
    changed.into_iter().filter(|one| {
        let number = one.name.trim_start_matches('/');
        let number = number.split(|c: char| !c.is_ascii_digit()).next();
        let number = number.and_then(|number| number.parse().ok());
        // The version before is taken too.
        number.is_none_or(|number| fields.contains(&number)) && one.name != "/0 one less"
    })
}

/// Gives every changed form of `value`, named by where it was changed.
fn visit(value: &Value, path: &str, give: &mut dyn FnMut(String, Value)) {
    for (how, other) in others(value) {
        give(format!("{path} {how}"), other);
    }
    match value {
        Value::Map(entries) => {
            for (n, (key, _)) in entries.iter().enumerate() {
                let mut less = entries.clone();
                less.remove(n);
                give(format!("{path}/{} left out", label(key)), Value::Map(less));
            }
            for (n, (key, inner)) in entries.iter().enumerate() {
                let place = format!("{path}/{}", label(key));
                visit(inner, &place, &mut |name, inner| {
                    let mut entries = entries.clone();
                    entries[n].1 = inner;
                    give(name, Value::Map(entries));
                });
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                visit(inner, &format!("{path}[{n}]"), &mut |name, inner| {
                    let mut items = items.clone();
                    items[n] = inner;
                    give(name, Value::Array(items));
                });
            }
        }
        _ => (),
    }
}

fn label(key: &Value) -> String {
    key.as_integer()
        .map_or_else(|| "?".into(), |key| i128::from(key).to_string())
}

/// A value in other forms.
fn others(value: &Value) -> Vec<(&'static str, Value)> {
    match value {
        Value::Integer(number) => {
            let number = i128::from(*number);
            let mut forms = vec![
                ("absent", Value::Null),
                ("as text", Value::Text("1".into())),
            ];
            for (how, other) in [
                ("one more", number + 1),
                ("one less", number - 1),
                ("nothing", 0),
                ("huge", i128::from(u64::MAX)),
            ] {
                if let Ok(other) = i64::try_from(other) {
                    forms.push((how, Value::Integer(other.into())));
                } else if let Ok(other) = u64::try_from(other) {
                    forms.push((how, Value::Integer(other.into())));
                }
            }
            forms
        }
        Value::Bytes(bytes) => {
            let mut forms = vec![("absent", Value::Null)];
            let mut add = |how, change: &dyn Fn(&mut Vec<u8>)| {
                let mut other = bytes.clone();
                change(&mut other);
                forms.push((how, Value::Bytes(other)));
            };
            add("longer", &|bytes| bytes.push(0));
            add("empty", &Vec::clear);
            if !bytes.is_empty() {
                add("first bit", &|bytes| bytes[0] ^= 0x80);
                add("last bit", &|bytes| *bytes.last_mut().expect("one") ^= 1);
                add("shorter", &|bytes| bytes.truncate(bytes.len() - 1));
                add("zeros", &|bytes| bytes.fill(0));
            }
            forms
        }
        Value::Text(text) => vec![
            ("absent", Value::Null),
            ("empty", Value::Text(String::new())),
            ("longer", Value::Text(format!("{text}x"))),
            ("upper case", Value::Text(text.to_uppercase())),
        ],
        Value::Bool(on) => vec![("turned", Value::Bool(!on)), ("absent", Value::Null)],
        Value::Null => vec![
            ("zero", Value::Integer(0.into())),
            ("bytes", Value::Bytes(vec![0; 32])),
        ],
        Value::Array(items) => {
            let mut forms = vec![("none of it", Value::Array(Vec::new()))];
            if let Some(last) = items.last() {
                let twice = [items.as_slice(), std::slice::from_ref(last)].concat();
                forms.push(("last one twice", Value::Array(twice)));
                forms.push((
                    "last one less",
                    Value::Array(items[..items.len() - 1].to_vec()),
                ));
                let round = items.iter().rev().cloned().collect();
                forms.push(("turned round", Value::Array(round)));
            }
            forms
        }
        Value::Map(entries) => {
            let mut forms = Vec::new();
            let unknown = (Value::Integer(99.into()), Value::Integer(1.into()));
            let more = [entries.as_slice(), std::slice::from_ref(&unknown)].concat();
            forms.push(("a field more", Value::Map(more)));
            if entries.len() > 1 {
                let mut order = entries.clone();
                order.reverse();
                forms.push(("another order", Value::Map(order)));
                let mut twice = entries.clone();
                twice.insert(1, entries[0].clone());
                forms.push(("a field twice", Value::Map(twice)));
            }
            forms
        }
        _ => Vec::new(),
    }
}

/// A bit turned in every so many bytes, and bytes missing or left over at the end.
pub fn bits(message: &[u8], step: usize) -> Vec<Changed> {
    let mut changed: Vec<Changed> = (0..message.len())
        .step_by(step)
        .map(|at| {
            let mut bytes = message.to_vec();
            bytes[at] ^= 1 << (at % 8);
            Changed {
                name: format!("byte {at}"),
                bytes,
            }
        })
        .collect();
    let longer = [message, &[0]].concat();
    let ends = [("a byte more", longer), ("empty", Vec::new())];
    let ends = ends.map(|(name, bytes)| Changed {
        name: name.into(),
        bytes,
    });
    changed.extend(ends);
    for short in [1, 32, message.len() / 2] {
        changed.push(Changed {
            name: format!("{short} bytes less"),
            bytes: message[..message.len() - short].to_vec(),
        });
    }
    changed
}

/// What a signed message says.
///
/// # Panics
/// When it is none.
pub fn payload(signed: &[u8]) -> Vec<u8> {
    let signed = CoseSign1::from_slice(signed).expect("a signed message");
    signed.payload.expect("a payload")
}

/// The signature of one message under another content, as somebody does who has no key.
///
/// # Panics
/// When it is no signed message.
pub fn under_old_signature(signed: &[u8], content: Vec<u8>) -> Vec<u8> {
    let mut signed = CoseSign1::from_slice(signed).expect("a signed message");
    signed.payload = Some(content);
    signed.to_vec().expect("CBOR")
}

/// Any content signed by a key under a domain, as somebody does whose app was rewritten.
///
/// # Panics
/// Without randomness.
pub fn signed_anew(key: &SoftwareKey, domain: &str, content: Vec<u8>) -> Vec<u8> {
    let protected = HeaderBuilder::new()
        .algorithm(iana::Algorithm::ES256)
        .key_id(key.public().id().as_bytes().to_vec())
        .build();
    let envelope = CoseSign1Builder::new()
        .protected(protected)
        .payload(content);
    let envelope = envelope.create_signature(domain.as_bytes(), |bytes| {
        key.sign(bytes).expect("randomness")
    });
    envelope.build().to_vec().expect("CBOR")
}
