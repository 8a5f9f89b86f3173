import ts from 'typescript';
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './repository-files.ts';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

const lineCount = (text: string) => text.replace(/\n$/, '').split('\n').length;

test(`no source file is longer than ${FILE_LINES_MAX} lines`, () => {
  const long = sourceFiles()
    .map((path) => ({ path, lines: lineCount(readText(path)) }))
    .filter(({ lines }) => lines > FILE_LINES_MAX);
  expect(long).toEqual([]);
});

test(`no function has more than ${FUNCTION_LINES_MAX} lines of its own`, () => {
  const long = sourceFiles().flatMap((path) =>
    functionsOf(path, readText(path)).filter(({ lines }) => lines > FUNCTION_LINES_MAX),
  );
  expect(long).toEqual([]);
});

test('the measure counts the lines of a function without those of the named functions inside it', () => {
  const text = 'function outer() {\n  const inner = () => {\n    return 1;\n  };\n  return inner;\n}\n';
  expect(functionsOf('sample.ts', text)).toEqual([
    { name: 'sample.ts:1 outer', lines: 3 },
    { name: 'sample.ts:2 inner', lines: 3 },
  ]);
});

interface Measured {
  name: string;
  lines: number;
}

/** Every named function or method; a factory is not as long as the methods of what it makes. */
function functionsOf(path: string, text: string): Measured[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Measured[] = [];
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node: ts.Node, parent: Measured | undefined): void => {
    const name = nameOf(node);
    let current = parent;
    if (name !== undefined) {
      const first = lineOf(node.getStart());
      const lines = lineOf(node.end) - first + 1;
      current = { name: `${path}:${first} ${name}`, lines };
      if (parent) parent.lines -= lines;
      found.push(current);
    }
    node.forEachChild((child) => visit(child, current));
  };
  visit(file, undefined);
  return found;
}

function nameOf(node: ts.Node): string | undefined {
  if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body) return node.name?.getText() ?? '';
  const value = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) ? node.initializer : undefined;
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
    ? (node as ts.VariableDeclaration).name.getText()
    : undefined;
}
