// What an updater may answer with, and what the host gets of it.

import { parse, Spellings, stringify } from './json.js';
import { Patch } from './patch.js';

/** The patch that the host gets, or `undefined`, of what the updater returned when it was given the document. */
export function patchOf(answer, document, text, spellings) {
  if (answer instanceof Patch) {
    const before = answer.tag === 'replace' ? spellings.document : undefined;
    return { tag: answer.tag, val: stringify(answer.value, spellings, before) };
  }
  if (answer === undefined) {
    refuseIfChanged(document, text);
    return undefined;
  }
  refuseIfNoDocument(answer, document);
  return { tag: 'replace', val: stringify(answer, spellings, spellings.document) };
}

/** Somebody who changes the document and forgets to return it would never find out. */
function refuseIfChanged(document, text) {
  if (stringify(document) !== stringify(parse(text, new Spellings()))) {
    throw new TypeError(
      'the updater changed the document and returned nothing: return the document, or leave it as it was',
    );
  }
}

/** Somebody who returns null, false or a text of JSON rarely means that to be the whole document. */
function refuseIfNoDocument(answer, document) {
  if (typeof answer?.then === 'function') {
    throw new TypeError('the updater returned a promise: an updater cannot wait, so it must not be async');
  }
  const isScalar = answer === null || typeof answer !== 'object';
  if (isScalar && kind(answer) !== kind(document)) {
    throw new TypeError(
      `the updater returned ${answer === null ? 'null' : `a ${typeof answer}`}: return the new document, or nothing to ` +
        'leave it as it is; if that is to be the whole document, return replace(...)',
    );
  }
}

function kind(value) {
  if (value === null) return 'null';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
