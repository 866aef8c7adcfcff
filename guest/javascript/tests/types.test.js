// The types accept what is right, the examples among it, and reject what is wrong.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const ts = createRequire(import.meta.url)('typescript');
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const STRICT = {
  noEmit: true,
  strict: true,
  allowJs: true,
  checkJs: true,
  // The SDK's own modules are not written for it.
  maxNodeModuleJsDepth: 0,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
};

/** What `tsc --noEmit --strict` says of files, as lines `number: code`. */
function problems(...files) {
  const program = ts.createProgram(files, STRICT);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, code, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return { line, code: `TS${code}`, message: ts.flattenDiagnosticMessageText(messageText, '\n') };
  });
}

test('what is right is accepted', () => {
  assert.deepEqual(problems(here('types/accepted.ts')), []);
});

test('what is wrong is rejected, each in its line', () => {
  const file = here('types/rejected.ts');
  const lines = readFileSync(file, 'utf8').split('\n');
  const expected = lines.flatMap((line, index) => {
    const code = /^\/\/ (TS\d+):/.exec(line)?.[1];
    return code ? [`${index + 2}: ${code}`] : [];
  });
  assert.ok(expected.length > 0);
  const found = problems(file);
  assert.deepEqual(found.map(({ line, code }) => `${line}: ${code}`), expected, JSON.stringify(found, null, 1));
});

test('the examples are right', () => {
  const examples = here('../../examples/javascript');
  const project = mkdtempSync(join(tmpdir(), 'amend-types-'));
  try {
    cpSync(examples, project, { recursive: true });
    const sources = [];
    for (const name of readdirSync(examples)) {
      cpSync(here('../sdk'), join(project, name, 'amend'), { recursive: true });
      const [source] = readdirSync(join(examples, name)).filter((file) => /^(updater|program)\./.test(file));
      sources.push(join(project, name, source));
    }
    assert.ok(sources.length > 0);
    assert.deepEqual(problems(...sources), []);
  } finally {
    rmSync(project, { recursive: true });
  }
});
