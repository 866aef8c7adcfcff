// `console`, which the engine inside the component does not have.

import { stringify } from './json.js';

/** A console that prints lines with two functions: one for output, one for errors. */
export function consoleOver(output, error) {
  const to = (print) => (...values) => print(`${values.map(line).join(' ')}\n`);
  return {
    log: to(output),
    info: to(output),
    debug: to(output),
    warn: to(error),
    error: to(error),
  };
}

function line(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}\n${value.stack ?? ''}`.trimEnd();
  try {
    return typeof value === 'object' ? stringify(value) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
