import { beforeAll, describe, expect, it } from 'vitest';
import { Cast } from '../support/cast.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ command: ['quickstart', '--json'] });
});

describe('sipctl quickstart', () => {
  it('prints what to type into two phones; they register and call each other', async () => {
    const printed = await until('the two phones', () => (server.stdout.includes(']') ? server.stdout : undefined));
    const phones: { user: string; password: string; server: string; port: number }[] = JSON.parse(printed);
    expect(phones).toHaveLength(2);
    const cast = new Cast(server);
    const [caller, callee] = await Promise.all(
      phones.map(({ user, password, server: host, port }) => cast.phone({ user, password, server: { host, port } })),
    );
    if (caller === undefined || callee === undefined) throw new Error('two phones were expected');
    for (const phone of [caller, callee]) expect((await phone.register()).status).toBe(200);
    for (const [from, to] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      const { outgoing, incoming } = await cast.established(from, to);
      const bye = outgoing.bye();
      await incoming.answerTo('BYE');
      expect((await bye).status).toBe(200);
    }
  });

  it('made an address group and a rule set', async () => {
    expect(JSON.parse(await server.sipctl('address', 'show', '--json'))).not.toEqual([]);
    expect(JSON.parse(await server.sipctl('rules', 'show', '--json'))).not.toEqual([]);
  });

  it('makes no third subscriber when it starts again', async () => {
    await server.stop();
    await server.launch();
    expect(JSON.parse(await server.sipctl('subscriber', 'list', '--json'))).toHaveLength(2);
  });
});
