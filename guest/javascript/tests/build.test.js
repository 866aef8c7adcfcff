// Making a component says what is wrong with the author's module.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Builds a project of one file, and returns what was said about it. */
function build(source, { name = 'updater.js', parts = ['amend', 'wit'] } = {}) {
  const project = mkdtempSync(join(tmpdir(), 'amend-test-'));
  try {
    const from = { amend: '../sdk', wit: '../../../wit' };
    for (const part of parts) cpSync(here(from[part]), join(project, part), { recursive: true });
    writeFileSync(join(project, 'package.json'), '{"type": "module"}');
    writeFileSync(join(project, 'updater.js'), source);
    const node = spawnSync(process.execPath, ['amend/build.js', name, 'made.wasm'], { cwd: project, encoding: 'utf8' });
    return { status: node.status, said: node.stderr, isMade: existsSync(join(project, 'made.wasm')) };
  } finally {
    rmSync(project, { recursive: true });
  }
}

test('a module that is right becomes a component', () => {
  assert.deepEqual(build('export function update(document) { return document; }'), {
    status: 0,
    said: '',
    isMade: true,
  });
});

for (const [what, source, says] of [
  ['throws when it is loaded', 'throw new Error("at the top");', /Error: at the top\n.*updater\.js:1/],
  ['is not JavaScript', 'export default function (', /updater\.js:1/],
  ['exports no function', 'export const updat = 1;', /write `export default function update\(/],
  ['imports what is not there', 'import "./gone.js"; export default () => {};', /failed to resolve .*"\.\/gone\.js"/],
  ['needs node', 'import "node:fs"; export default () => {};', /failed to resolve .*"node:fs"/],
]) {
  test(`a module that ${what} is told so`, () => {
    const { status, said, isMade } = build(source);
    assert.deepEqual({ status, isMade }, { status: 1, isMade: false });
    assert.match(said, /^updater\.js: \w/);
    assert.match(said, says);
  });
}

test('so is a project in which something is missing', () => {
  assert.match(build('', { parts: ['amend'] }).said, /wit: the contract is not there/);
  assert.match(build('', { name: 'other.js' }).said, /^other\.js: .*other\.js/);
});

test('and whoever forgets an argument', () => {
  const node = spawnSync(process.execPath, [here('../sdk/build.js'), 'updater.js'], { encoding: 'utf8' });
  assert.equal(node.status, 2);
  assert.match(node.stderr, /^usage: node amend\/build\.js/);
});
