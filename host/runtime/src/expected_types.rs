//! The types of the functions that guests export, as a component declares them.

use wasmparser::PrimitiveValType;
use wasmparser::component_types::{ComponentDefinedType, ComponentFuncTypeId, ComponentValType};
use wasmparser::types::Types;

/// Whether a function is `update` of `amend:document/updater`:
/// `func(current: option<string>, args: string) -> result<option<patch>, string>`.
pub(crate) fn is_update(types: &Types, function: ComponentFuncTypeId) -> bool {
    let function = &types[function];
    let [(_, current), (_, args)] = &*function.params else {
        return false;
    };
    let Some(ComponentDefinedType::Result { ok, err, .. }) = defined(types, function.result) else {
        return false;
    };
    !function.async_
        && option(types, Some(*current)).is_some_and(|ty| is_string(types, Some(ty)))
        && is_string(types, Some(*args))
        && is_string(types, *err)
        && option(types, *ok).is_some_and(|ty| is_patch(types, ty))
}

/// Whether a function is `run` of `wasi:cli/run`: `func() -> result`.
pub(crate) fn is_main(types: &Types, function: ComponentFuncTypeId) -> bool {
    let function = &types[function];
    let result = defined(types, function.result);
    let is_plain = matches!(
        result,
        Some(ComponentDefinedType::Result {
            ok: None,
            err: None,
            ..
        })
    );
    is_plain && function.params.is_empty() && !function.async_
}

/// `variant patch { operations(string), merge(string), replace(string) }`
fn is_patch(types: &Types, ty: ComponentValType) -> bool {
    let Some(ComponentDefinedType::Variant(variant)) = defined(types, Some(ty)) else {
        return false;
    };
    let names = variant
        .cases
        .keys()
        .map(wasmparser::names::KebabString::as_str);
    names.eq(["operations", "merge", "replace"])
        && variant.cases.values().all(|case| is_string(types, case.ty))
}

fn option(types: &Types, ty: Option<ComponentValType>) -> Option<ComponentValType> {
    match defined(types, ty)? {
        ComponentDefinedType::Option { ty, .. } => Some(*ty),
        _ => None,
    }
}

fn is_string(types: &Types, ty: Option<ComponentValType>) -> bool {
    match ty {
        Some(ComponentValType::Primitive(primitive)) => primitive == PrimitiveValType::String,
        Some(ComponentValType::Type(id)) => matches!(
            &types[id],
            ComponentDefinedType::Primitive(PrimitiveValType::String)
        ),
        None => false,
    }
}

fn defined(types: &Types, ty: Option<ComponentValType>) -> Option<&ComponentDefinedType> {
    match ty? {
        ComponentValType::Type(id) => Some(&types[id]),
        ComponentValType::Primitive(_) => None,
    }
}
