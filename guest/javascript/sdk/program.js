// From an author's function to the command that the component is.

import environment from 'wasi:cli/environment@0.2.12';
import stdin from 'wasi:cli/stdin@0.2.12';

import { printError } from './output.js';
import { payloadOf } from './payload.js';
import { reasonOf } from './refusal.js';
import * as store from './store.js';
import { functionOf } from './updater.js';
import { decode } from './utf8.js';

/** What the component exports as `wasi:cli/run`. */
export function run(module) {
  const main = functionOf(module, 'main');
  return {
    run() {
      try {
        const [, ...args] = environment.getArguments();
        const env = Object.fromEntries(environment.getEnvironment());
        const returned = main({ args, env, store, input });
        if (typeof returned?.then === 'function') {
          throw new TypeError('the program returned a promise: it cannot wait, so it must not be async');
        }
      } catch (thrown) {
        printError(`${reasonOf(thrown)}\n`);
        // What is thrown here is the exit code 1.
        throw undefined;
      }
    },
  };
}

/** All of standard input, as text. */
function input() {
  const stream = stdin.getStdin();
  const bytes = [];
  try {
    for (;;) bytes.push(...stream.blockingRead(4096));
  } catch (error) {
    // The stream ends with this error.
    if (payloadOf(error)?.tag !== 'closed') throw error;
  }
  return decode(bytes);
}
