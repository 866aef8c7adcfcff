// Makes a component of an author's module: `node amend/build.js updater.js NAME.wasm`.
//
// A file called program.* is a program, every other one is an updater. The contract is in the folder wit/ beside the
// author's file, and the packages of package.json are where node finds them.

import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const sdk = dirname(fileURLToPath(import.meta.url));

/** The module that the component is made of: it hands the author's to the SDK. It is taken for one in this folder. */
function entry(world, author) {
  return world === 'program'
    ? `import * as author from '${author}';
import { run as wrap } from './program.js';
export const run = wrap(author);`
    : `import './output.js';
import * as author from '${author}';
import { updater as wrap } from './updater.js';
export const updater = wrap(author);`;
}

/** The WIT in the layout that tools expect: the SDK's worlds, and below `deps` what they take from elsewhere. */
function gatherWit(contract, scratch) {
  const wit = join(scratch, 'wit');
  cpSync(join(sdk, 'wit'), wit, { recursive: true });
  cpSync(contract, join(wit, 'deps', 'amend-document'), { recursive: true });
  return wit;
}

async function build(source, output) {
  const project = realpathSync(dirname(resolve(source)));
  const contract = join(project, 'wit');
  if (!existsSync(contract)) throw new Error(`${contract}: the contract is not there`);
  const world = basename(source).startsWith('program.') ? 'program' : 'updater';
  const { componentize } = createRequire(import.meta.url)('componentize-qjs');
  const scratch = mkdtempSync(join(tmpdir(), 'amend-build-'));
  try {
    const { component } = await componentize({
      witPath: gatherWit(contract, scratch),
      world,
      jsSource: entry(world, `${relative(sdk, project)}/${basename(source)}`),
      // The tool asks for a file that is there, and takes its folder.
      jsPath: join(sdk, 'build.js'),
      moduleRoot: project,
      // Without this a host would need the component model's async functions, which few have.
      sync: true,
    });
    writeFileSync(output, component);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const [source, output, ...others] = process.argv.slice(2);
if (output === undefined || others.length > 0) {
  console.error('usage: node amend/build.js updater.js NAME.wasm');
  process.exitCode = 2;
} else {
  await build(source, output).catch((error) => {
    console.error(`${source}: ${error.message.replace(/^: /, '').trimEnd()}`);
    process.exitCode = 1;
  });
}
