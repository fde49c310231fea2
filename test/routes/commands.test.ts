import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestServer } from '../support/server.js';
import { Workshop } from './support.js';

const workshop = new Workshop();
const DEFAULT = [
  'reqinit',
  'keepalive',
  'cancel',
  'retransmission',
  'withinDialog',
  'sourceAddress',
  'digest',
  'noOpenRelay',
  'registrar',
  'permissions',
  'location',
  'relay',
];

function stepsIn(json: string): string[] {
  return JSON.parse(json).map(({ step }: { step: string }) => step);
}

describe('sipctl route show', () => {
  it('shows the built-in route when no server runs', async () => {
    const { status, stdout, stderr } = await workshop.sipctl('route', 'show', '--json');
    expect(status).toBe(0);
    expect(stepsIn(stdout)).toEqual(DEFAULT);
    expect(stderr).toContain('not running: the built-in route');
  });

  it('shows the route of the settings when no server runs', async () => {
    workshop.write('two.mjs', "export default (p) => [p.reqinit(), p.reply(503, 'Closed')];");
    const { stdout } = await workshop.sipctl('route', 'show', '--route', 'two.mjs', '--json');
    expect(stepsIn(stdout)).toEqual(['reqinit', 'reply503', 'unhandled']);
  });

  it('shows the route of the running server, and what its steps have decided', async () => {
    const server = await TestServer.start();
    await server.sipctl('ping', `sip:${server.host}:${server.port}`);
    const steps = JSON.parse(await server.sipctl('route', 'show', '--json'));
    expect(steps.map(({ step }: { step: string }) => step)).toEqual(DEFAULT);
    expect(steps[1]).toEqual({ step: 'keepalive', when: null, decided: 1 });
    expect(await server.rpc('core.route')).toMatchObject({ file: null });
    const other = workshop.write('other.mjs', "export default (p) => [p.reply(503, 'Closed')];");
    expect(stepsIn(await server.sipctl('route', 'show', other, '--json'))).toEqual(['reply503', 'unhandled']);
    await server.stop();
  });
});

describe('sipctl route init', () => {
  it('writes the built-in route with comments, which is a route like any other', async () => {
    const { status, stdout } = await workshop.sipctl('route', 'init', 'mine.mjs', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ changed: 1, file: join(workshop.folder, 'mine.mjs') });
    const text = readFileSync(join(workshop.folder, 'mine.mjs'), 'utf8');
    expect(text).toContain('// The route of sipctl');
    expect(text).toContain('REGISTRAR: save("location")');
    const shown = await workshop.sipctl('route', 'show', 'mine.mjs', '--json');
    expect(stepsIn(shown.stdout)).toEqual([...DEFAULT, 'unhandled']);
  });

  it('does not overwrite another file without --yes', async () => {
    const file = workshop.write('kept.mjs', 'mine\n');
    const refused = await workshop.sipctl('route', 'init', 'kept.mjs');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('--yes');
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    expect((await workshop.sipctl('route', 'init', 'kept.mjs', '--dry-run')).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    expect((await workshop.sipctl('route', 'init', 'kept.mjs', '--yes')).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('requestRoute');
  });
});
