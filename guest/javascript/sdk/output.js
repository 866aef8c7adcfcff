// Inside the component: what is printed goes to its standard output and standard error.

import stderr from 'wasi:cli/stderr@0.2.12';
import stdout from 'wasi:cli/stdout@0.2.12';

import { consoleOver } from './console.js';
import { encode } from './utf8.js';

/** The most that may be written in one call: wasi:io says so. */
const PIECE = 4096;

/** Prints on standard output. Throws when nobody reads it any more. */
export function print(text) {
  write(stdout.getStdout(), text);
}

/** Prints on standard error. */
export function printError(text) {
  write(stderr.getStderr(), text);
}

function write(stream, text) {
  const bytes = encode(text);
  for (let at = 0; at < bytes.length; at += PIECE) {
    stream.blockingWriteAndFlush(bytes.slice(at, at + PIECE));
  }
}

globalThis.console ??= consoleOver(print, printError);
