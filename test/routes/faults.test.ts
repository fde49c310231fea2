import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Workshop } from './support.js';

const workshop = new Workshop();

/** The text of a route, and what is said about it after the name of the file. */
const FAULTS: readonly [name: string, text: string, said: string][] = [
  [
    'a name that is no part',
    'export default (parts) => [\n  parts.lokation(),\n];',
    ':2:9: there is no part lokation; did you mean location?',
  ],
  ['a syntax error', 'export default (parts) => [\n  parts.reqinit(\n];', ":3: Unexpected token ']'"],
  ['a throw while it is loaded', "const x = 1;\nthrow new Error('boom');", ':2:7: boom'],
  ['a throw while it is built', "export default () => {\n  throw new Error('boom');\n};", ':2:9: boom'],
  ['no default export', 'export const route = [];', ':1: the default export is no function'],
  [
    'a default export that is no function',
    'const route = [];\nexport default route;',
    ':2: the default export is no function',
  ],
  ['no list', 'export default () => undefined;', ':1: the route does not return a list of steps'],
  ['a promise of a list', 'export default async () => [];', ':1: the route does not return a list of steps'],
  ['an empty list', 'export default () => [];', ':1: the route returns no steps'],
  ['a part that was not called', 'export default (p) => [p.reqinit];', ':1: step 1 of the route is the function'],
  [
    'nothing where a step should be',
    'export default (p) => [p.reqinit(), , p.relay()];',
    ':1: step 2 of the route is undefined, not a step',
  ],
  ['a step without a name', 'export default () => [{ run() {} }];', ':1: step 1 of the route has no name'],
  [
    'a step without run',
    "export default () => [{ name: 'mine' }];",
    ":1: step 1 of the route, 'mine', has no function run(request)",
  ],
  [
    'a name that can not be a counter',
    "export default () => [{ name: 'a b', run() {} }];",
    ":1: step 1 of the route: a name is letters, digits, '-' and '_'",
  ],
  [
    'two steps of one name',
    "const a = () => ({ name: 'mine', run() {} });\nexport default () => [a(), a()];",
    ':2: two steps are called mine',
  ],
  [
    'two answers of one status',
    "export default (p) => [\n  p.reply(403, 'a'),\n  p.reply(403, 'b'),\n];",
    ':1: two steps are called reply403',
  ],
  [
    'a group that is none',
    "export default (p) => [\n  p.sourceAddress('carriers'),\n];",
    ':2:5: "carriers" is no address group',
  ],
  [
    'no group',
    'export default (p) => [\n  p.when(p.allowSourceAddress(), p.reqinit()),\n];',
    ':2:12: an address group is missing',
  ],
  [
    'when without a condition',
    'export default (p) => [\n  p.when(p.reqinit()),\n];',
    ':2:5: when needs a condition first',
  ],
  [
    'no step inside when',
    "export default (p) => [\n  p.when(p.isMethod('INVITE'), 'relay'),\n];",
    ':2:5: step 1 inside when is string, not a step',
  ],
  [
    'an answer that is none',
    "export default (p) => [\n  p.reply(100, 'Trying'),\n];",
    ':2:5: reply needs a status, 200 to 699',
  ],
  [
    'an answer of two lines',
    "export default (p) => [\n  p.reply(403, 'a\\r\\nb'),\n];",
    ':2:5: reply needs a reason of one line',
  ],
  ['an import that is not there', "import './nothing.mjs';\nexport default () => [];", ': Cannot find module'],
];

describe('a route with a mistake in it', () => {
  it.each(FAULTS)('says where and what: %s', async (name, text, said) => {
    const file = workshop.write(`${name.replaceAll(' ', '-')}.mjs`, text);
    const { status, stdout, stderr } = await workshop.sipctl('route', 'show', file);
    expect(stderr).toContain(`${file}${said}`);
    expect({ status, stdout }).toEqual({ status: 9, stdout: '' });
  });

  it('that is not there is not found', async () => {
    const { status, stderr } = await workshop.sipctl('route', 'show', 'nowhere.mjs');
    expect(status).toBe(9);
    expect(stderr).toMatch(/nowhere\.mjs can not be read: ENOENT/);
  });

  it('is not run when everybody may write it', async () => {
    const file = workshop.write('open.mjs', "throw new Error('it was run');");
    chmodSync(file, 0o666);
    const { status, stderr } = await workshop.sipctl('route', 'show', file);
    expect(status).toBe(9);
    expect(stderr).toContain('everybody may write this route, so it is not run');
    expect(stderr).toContain(`chmod o-w ${file}`);
  });

  it('does not let a server start', async () => {
    const file = workshop.write('broken.mjs', 'export default (parts) => [\n  parts.relais(),\n];');
    const args = ['--db', `sqlite:${workshop.folder}/x.db`, '--listen', 'udp:127.0.0.1:0', '--domain', 'test.example'];
    const { status, stderr } = await workshop.sipctl('serve', '--route', 'broken.mjs', ...args);
    expect(status).toBe(9);
    expect(stderr).toContain(`${file}:2:9: there is no part relais; did you mean relay?`);
  });
});

describe('a route without a mistake', () => {
  it('may have one part in several places, and be CommonJS', async () => {
    const text = `module.exports = ({ when, isMethod, digest, registrar, relay, log, not }) => [
      when(isMethod('REGISTER'), log('a'), digest(), registrar()),
      when(not(isMethod('REGISTER', 'ACK')), log('b'), digest(), when((request) => request.hasToTag, relay())),
    ];`;
    const file = workshop.write('twice.cjs', text);
    const { status, stdout } = await workshop.sipctl('route', 'show', file, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      { step: 'log', when: 'isMethod("REGISTER")', decided: null },
      { step: 'digest', when: 'isMethod("REGISTER")', decided: null },
      { step: 'registrar', when: 'isMethod("REGISTER")', decided: null },
      { step: 'log', when: 'not isMethod("REGISTER", "ACK")', decided: null },
      { step: 'digest', when: 'not isMethod("REGISTER", "ACK")', decided: null },
      { step: 'relay', when: 'not isMethod("REGISTER", "ACK") and condition', decided: null },
      { step: 'unhandled', when: null, decided: null },
    ]);
  });
});
