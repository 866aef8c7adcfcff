// For programs: the documents that this one was granted, and changes of them.

import wit from 'amend:document/store@0.1.0';

import { parse, Spellings, stringify } from './json.js';
import { Patch } from './patch.js';
import { payloadOf } from './payload.js';
import { StoreError } from './store-error.js';

/** So that a number which is read, and written again, stays as it was. */
const spellings = new Spellings();

/** What stands at a pointer, as text, with the version of the document; `undefined` when there is nothing. */
export function read(path, at = '') {
  return call(() => wit.read(path, at)) ?? undefined;
}

/** Reads a text that `read` returned. */
export function value(snapshot) {
  return parse(snapshot.text, spellings);
}

/** Changes a document: locks it, applies the patch, and replaces the file durably. */
export function update(path, patch) {
  return call(() => wit.update(path, text(patch)));
}

/** The same, when the document still has the version; `undefined` expects that there is no document. */
export function updateIf(path, patch, version) {
  return call(() => wit.updateIf(path, text(patch), version ?? null));
}

/** Runs an updater, one that the host was given by name, under the document's lock, and applies its answer. */
export function apply(path, updater, args = {}) {
  return call(() => wit.apply(path, updater, stringify(args, spellings)));
}

function text(patch) {
  if (!(patch instanceof Patch)) {
    throw new TypeError('the store takes a patch: operations([...]), merge({...}) or replace(...)');
  }
  return { tag: patch.tag, val: stringify(patch.value, spellings) };
}

function call(work) {
  try {
    return work();
  } catch (error) {
    const payload = payloadOf(error);
    throw payload ? new StoreError(payload.tag, payload.val) : error;
  }
}
