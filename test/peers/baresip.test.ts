import { beforeAll, describe, expect, it } from 'vitest';
import { Baresip } from '../support/baresip.js';
import { subscriber } from '../support/cast.js';
import { havePeers } from '../support/peers.mjs';
import { TestServer } from '../support/server.js';

const REGISTERED = /: \{.*\} 200 OK/;
/** The bit rates that it shows during a call, sent and received, when both are flowing. */
const HEARING = /audio=[1-9]\d*\/[1-9]\d* /;

let server: TestServer;

describe.skipIf(!havePeers('baresip-core'))('baresip', () => {
  beforeAll(async () => {
    server = await TestServer.start({
      prepare: async (storage) => {
        for (const user of ['alice', 'bob', 'carol', 'dave']) await storage.subscribers.add(subscriber(user));
      },
    });
  });

  it.each([
    ['UDP', 'udp', 'alice', 'bob'],
    ['TCP', 'tcp', 'carol', 'dave'],
  ] as const)(
    'over %s: two register, one calls the other, both hear each other, one hangs up',
    async (_name, transport, from, to) => {
      const [caller, callee] = await Promise.all([
        Baresip.start(server, { user: from, transport }),
        Baresip.start(server, { user: to, transport }),
      ]);
      await Promise.all([caller.screen(REGISTERED), callee.screen(REGISTERED)]);
      caller.command('dial', `sip:${to}@${server.domain}`);
      await Promise.all([caller.event('CALL_ESTABLISHED'), callee.event('CALL_ESTABLISHED')]);
      await Promise.all([caller.screen(HEARING), callee.screen(HEARING)]);
      caller.command('hangup');
      for (const phone of [caller, callee]) {
        await phone.event('CALL_CLOSED');
        const { sent, received } = await phone.packets();
        expect(sent).toBeGreaterThan(0);
        expect(received).toBeGreaterThan(0);
      }
      await Promise.all([caller.quit(), callee.quit()]);
    },
  );

  it('is refused with a wrong password', async () => {
    const phone = await Baresip.start(server, { user: 'alice', password: 'wrong' });
    await phone.screen(/reg: .*: 401 Unauthorized/);
    await phone.quit();
  });
});
