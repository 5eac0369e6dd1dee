//! Prints every item that a built library exports, one sorted line each, as it would be declared in
//! Rust: what `bindings/api-surface.txt` holds.

use std::collections::BTreeSet;
use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::Parser;
use uniffi_bindgen::macro_metadata::extract_from_library;
use uniffi_meta::{EnumMetadata, FieldMetadata, FnParamMetadata, Metadata, ObjectMetadata, Type};

#[derive(Parser)]
#[command(about = "Prints the exported items of a library, one line each.")]
struct Arguments {
    /// The library
    library: Utf8PathBuf,
}

fn main() -> ExitCode {
    let Arguments { library } = Arguments::parse();
    match extract_from_library(&library) {
        Ok(items) => {
            let lines: BTreeSet<String> = items.iter().flat_map(lines).collect();
            lines.iter().for_each(|line| println!("{line}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{library}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// An item; an enum or a record has a line for each entry or field, so that a change shows as one.
fn lines(item: &Metadata) -> Vec<String> {
    match item {
        Metadata::Func(f) => {
            let call = call(
                f.is_async,
                &f.inputs,
                f.return_type.as_ref(),
                f.throws.as_ref(),
            );
            vec![format!("fn {}{call}", f.name)]
        }
        Metadata::Constructor(f) => {
            let call = call(f.is_async, &f.inputs, None, f.throws.as_ref());
            vec![format!(
                "object {}: constructor {}{call}",
                f.self_name, f.name
            )]
        }
        Metadata::Method(f) => {
            let call = call(
                f.is_async,
                &f.inputs,
                f.return_type.as_ref(),
                f.throws.as_ref(),
            );
            vec![format!("type {}: fn {}{call}", f.self_name, f.name)]
        }
        Metadata::TraitMethod(f) => {
            let call = call(
                f.is_async,
                &f.inputs,
                f.return_type.as_ref(),
                f.throws.as_ref(),
            );
            vec![format!("trait {}: fn {}{call}", f.trait_name, f.name)]
        }
        Metadata::Record(record) => {
            let fields = record.fields.iter().enumerate();
            fields
                .map(|(n, field)| format!("record {}: {n:02} {}", record.name, self::field(field)))
                .collect()
        }
        Metadata::Enum(list) => entries(list),
        Metadata::Object(ObjectMetadata { name, imp, .. }) if imp.has_callback_interface() => {
            vec![format!("trait {name} of the shell")]
        }
        Metadata::Object(object) => vec![format!("object {}", object.name)],
        Metadata::Namespace(namespace) => vec![format!("namespace {}", namespace.name)],
        other => vec![format!("other {other:?}")],
    }
}

fn entries(list: &EnumMetadata) -> Vec<String> {
    let kind = if list.shape.is_error() {
        "error"
    } else {
        "enum"
    };
    let entries = list.variants.iter().enumerate();
    entries
        .map(|(n, entry)| {
            let fields: Vec<String> = entry.fields.iter().map(field).collect();
            let fields = match fields.is_empty() {
                true => String::new(),
                false => format!(" {{ {} }}", fields.join(", ")),
            };
            format!("{kind} {}: {n:02} {}{fields}", list.name, entry.name)
        })
        .collect()
}

fn field(field: &FieldMetadata) -> String {
    format!("{}: {}", field.name, name(&field.ty))
}

fn call(
    is_async: bool,
    inputs: &[FnParamMetadata],
    returns: Option<&Type>,
    throws: Option<&Type>,
) -> String {
    let input = |input: &FnParamMetadata| {
        let borrowed = if input.by_ref { "&" } else { "" };
        format!("{}: {borrowed}{}", input.name, name(&input.ty))
    };
    let inputs: Vec<String> = inputs.iter().map(input).collect();
    let mut call = format!("({})", inputs.join(", "));
    if is_async {
        call.push_str(" async");
    }
    if let Some(returns) = returns {
        call.push_str(&format!(" -> {}", name(returns)));
    }
    if let Some(throws) = throws {
        call.push_str(&format!(" throws {}", name(throws)));
    }
    call
}

fn name(ty: &Type) -> String {
    match ty {
        Type::Object { name, .. }
        | Type::Record { name, .. }
        | Type::Enum { name, .. }
        | Type::CallbackInterface { name, .. }
        | Type::Custom { name, .. } => name.clone(),
        Type::Optional { inner_type } => format!("Option<{}>", name(inner_type)),
        Type::Sequence { inner_type } => format!("Vec<{}>", name(inner_type)),
        Type::Map {
            key_type,
            value_type,
        } => format!("Map<{}, {}>", name(key_type), name(value_type)),
        plain => format!("{plain:?}"),
    }
}
