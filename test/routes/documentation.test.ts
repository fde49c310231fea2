import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { listingParts } from '../../src/proxy/parts.js';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const readme = readFileSync(path('docs/routes/README.md'), 'utf8');
const api = readFileSync(path('src/proxy/route-api.ts'), 'utf8');
const examples = readdirSync(path('docs/routes')).filter((name) => name.endsWith('.mjs'));

/** What an editor says about a route that declares its type. */
function complaints(...files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    paths: { 'sipctl/route': [path('src/proxy/route-api.ts')] },
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('the documentation of routes', () => {
  it('has every part, and the types have every part', () => {
    const parts = Object.keys(listingParts());
    expect(parts.length).toBeGreaterThan(20);
    const inReadme = (name: string) => readme.includes(`\`${name}(`) || /^[A-Z]+$/.test(name);
    expect(parts.filter((name) => !inReadme(name))).toEqual([]);
    expect(parts.filter((name) => !new RegExp(`^  (readonly )?${name}\\b`, 'm').test(api))).toEqual([]);
  });

  it('lists every example', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(examples.filter((name) => !readme.includes(`[${name}](${name})`))).toEqual([]);
  });

  it('has examples that fit the types', () => {
    expect(complaints(...examples.map((name) => path(`docs/routes/${name}`)))).toEqual([]);
  });

  it('has types that find mistakes', () => {
    expect(complaints(path('test/routes/mistaken.mjs'))).toEqual([
      expect.stringContaining("Property 'lokation' does not exist"),
      expect.stringContaining("Property 'sender' does not exist"),
    ]);
  });
});
