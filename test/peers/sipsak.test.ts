import { beforeAll, describe, expect, it } from 'vitest';
import { Cast, passwordOf, withCast } from '../support/cast.js';
import { Child } from '../support/child.js';
import { havePeers } from '../support/peers.mjs';
import { TestServer } from '../support/server.js';
import { temporaryFolder } from '../support/temp.js';

let server: TestServer;
let cast: Cast;

/** Runs sipsak through the server; its exit status is 0 when the answer was the wanted one. */
async function sipsak(...args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const proxy = ['--outbound-proxy', `${server.host}:${server.port}`, '-vvv', '--hostname', server.host];
  const child = new Child('sipsak', [...proxy, ...args], { cwd: temporaryFolder() });
  const { status } = await child.ended;
  return { status, output: child.stdout + child.stderr };
}

const bindings = async () => JSON.parse(await server.sipctl('ul', 'show', '--json'));

describe.skipIf(!havePeers('sipsak'))('sipsak', () => {
  beforeAll(async () => {
    server = await TestServer.start({
      prepare: async (storage, database) => {
        await withCast(storage, database);
        // sipsak can not answer the challenge to an OPTIONS in the name of a user.
        await storage.addresses.add({ grp: 200, ip_addr: '127.0.0.1', mask: 32, port: 0, tag: 'sipsak' });
      },
    });
    cast = new Cast(server);
  });

  it.each(['udp', 'tcp'])('gets a sign of life over %s', async (transport) => {
    const { status, output } = await sipsak('-E', transport, '-s', `sip:${server.domain}`);
    expect(status).toBe(0);
    expect(output).toContain('SIP/2.0 200 Keepalive');
  });

  it('registers, registers again and is refused with a wrong password', async () => {
    const user = cast.newcomer();
    const options = [
      '-U',
      '-s',
      `sip:${user}@${server.domain}`,
      '-C',
      `sip:${user}@127.0.0.1:9`,
      '-x',
      '600',
      '--auth-username',
      user,
    ];
    for (const again of [1, 2]) {
      const registered = await sipsak(...options, '-a', passwordOf(user));
      expect({ again, status: registered.status }).toEqual({ again, status: 0 });
      expect(await bindings()).toEqual([expect.objectContaining({ contact: `sip:${user}@127.0.0.1:9` })]);
    }
    const refused = await sipsak(...options, '-a', 'wrong');
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('401 Unauthorized');
  });

  it('reaches a registered phone', async () => {
    const phone = await cast.registered();
    const answered = phone.request('OPTIONS').then((request) => phone.reply(request, 200, 'Here I am'));
    const { status, output } = await sipsak('-s', phone.addressOfRecord);
    expect(status).toBe(0);
    expect(output).toContain('SIP/2.0 200 Here I am');
    await answered;
  });

  it('is told that nobody is registered', async () => {
    const { status, output } = await sipsak('-s', `sip:${cast.newcomer()}@${server.domain}`);
    expect(status).not.toBe(0);
    expect(output).toContain('SIP/2.0 404 User not Registered');
  });
});
