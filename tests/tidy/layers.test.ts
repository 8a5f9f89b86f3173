import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { manifest, ROOT, readText, sourceFiles } from './repository-files.ts';

interface Rule {
  name: string;
  from: { pathNot?: string };
}

const OWNED = '-has-one-owner';
const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: Rule[] };
const owners = new Map(
  forbidden
    .filter(({ name }) => name.endsWith(OWNED))
    .map(({ name, from }) => [name.slice(0, -OWNED.length), new RegExp(from.pathNot ?? '^$')]),
);

test('every runtime dependency has a rule that says which files may import it', () => {
  const unowned = Object.keys(manifest().dependencies).filter((name) => !owners.has(name));
  expect(unowned).toEqual([]);
});

test('every owner rule is about a package that is still a dependency', () => {
  expect([...owners.keys()].filter((name) => !(name in manifest().dependencies))).toEqual([]);
});

test('packages are loaded by their owners only, also where a linter cannot see it', () => {
  const strangers = sourceFiles().flatMap((path) => {
    // Types cost nothing at run time and bind nobody.
    const loaded = readText(path)
      .replaceAll(/import type [^;]*;/g, '')
      .matchAll(/(?:\bfrom|\bimport\s|\bimport\(|\bresolve\(|[rR]equire\([^)]*\)\(|\brequire\()\s*'([^'.\s][^'\s]*)'/g);
    return [...loaded].flatMap(([, specifier]) => {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier!)![0];
      const owner = owners.get(name);
      return owner && !owner.test(path) ? [`${path} loads ${name}`] : [];
    });
  });
  expect(strangers).toEqual([]);
});

/** A tree of its own under the rules of this repository. */
function cruise(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'atocore-layers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  copyFileSync(join(ROOT, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'src', '--config', config], {
    cwd: folder,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`;
}

test('an import that points up is refused, and one that points down is not', () => {
  const report = cruise({
    'src/memory/memory.ts': `export const memory = 1;\n`,
    'src/context/pack.ts': `import { memory } from '../memory/memory.ts';\nexport const pack = memory;\n`,
    'src/storage/rows.ts': `import { memory } from '../memory/memory.ts';\nexport const rows = memory;\n`,
    'src/core/text.ts': `import { rows } from '../storage/rows.ts';\nexport const text = rows;\n`,
  });
  expect(report).toContain('src/storage/rows.ts → src/memory/memory.ts');
  expect(report).toContain('core-imports-nothing-of-ours: src/core/text.ts');
  expect(report).not.toContain('src/context/pack.ts →');
});
