// From an author's function on plain values to the one that the contract asks for, on texts.

import { patchOf } from './answer.js';
import { parse, parseDocument, Spellings } from './json.js';
import { reasonOf } from './refusal.js';

/** The function of an author's module: its default export, or the one called `update`. */
export function functionOf(module, name) {
  const found = module.default ?? module[name];
  if (typeof found !== 'function') {
    throw new TypeError(`the module exports no function: write \`export default function ${name}(...)\``);
  }
  return found;
}

/** What the component exports as `amend:document/updater`. */
export function updater(module) {
  const update = functionOf(module, 'update');
  return {
    update(current, args) {
      try {
        return answer(update, current, args);
      } catch (thrown) {
        // A string is the one thing that every engine's bindings hand on as the reason of a refusal.
        throw reasonOf(thrown);
      }
    },
  };
}

function answer(update, current, args) {
  const exists = current !== null && current !== undefined;
  const text = exists ? withoutMark(current) : '{}';
  const spellings = new Spellings();
  const document = parseDocument(text, spellings);
  return patchOf(update(document, parse(args, spellings), { exists }), document, text, spellings);
}

/** A byte order mark is not JSON to JSON.parse; the host keeps it. */
function withoutMark(text) {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
