import { beforeAll, describe, expect, it } from 'vitest';
import { Cast, withCast } from '../support/cast.js';
import { Phone, random } from '../support/phone.js';
import { TestServer } from '../support/server.js';
import { headerOf } from '../support/sip-text.js';

const TRUSTED = '127.0.0.91';
const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]$/;
const OCTETS = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet));

let server: TestServer;
let cast: Cast;

beforeAll(async () => {
  server = await TestServer.start({
    prepare: async (storage, database) => {
      await withCast(storage, database);
      await storage.addresses.add({ grp: 200, ip_addr: TRUSTED, mask: 32, port: 0, tag: null });
    },
  });
  cast = new Cast(server);
});

type Outcome = 'forwarded' | 400;

/** Sends a MESSAGE with one more header line; what came of it, seen by the sender and by the phone that it is for. */
async function outcomeOf(caller: Phone, callee: Phone, line: string): Promise<Outcome | string> {
  const callId = random();
  const text = caller.newRequest('MESSAGE', callee.addressOfRecord, { callId });
  caller.send(text.replace('\r\nContact:', `\r\n${line}\r\nContact:`));
  const isMine = (message: { text: string }) => message.text.includes(callId);
  const refused = caller.receive('an answer', (message) => isMine(message) && message.status >= 200);
  const arrived = callee.receive('the MESSAGE', isMine);
  const first = await Promise.race([refused, arrived]);
  if (first.method === 'MESSAGE') {
    callee.reply(first, 200, 'OK');
    const { status } = await refused;
    return status === 200 && first.text.includes('\r\nContact:')
      ? 'forwarded'
      : `forwarded, and answered with ${status}`;
  }
  // Had it been forwarded too, it would have come before the answer to this.
  await callee.settle();
  callee.abandon();
  await arrived.catch(() => undefined);
  return first.status === 400 ? 400 : first.startLine;
}

function wrongOnes(outcomes: ReadonlyMap<string, unknown>, expected: (octet: string) => Outcome): string[] {
  return [...outcomes]
    .filter(([octet, outcome]) => outcome !== expected(octet))
    .map(([octet, outcome]) => `0x${octet.charCodeAt(0).toString(16)}: ${outcome}`);
}

describe.each(['udp', 'tcp'] as const)(
  'an octet between the name of a header field and its colon, over %s,',
  (wire) => {
    async function outcomes(name: string, value: string): Promise<ReadonlyMap<string, unknown>> {
      const callee = await cast.registered();
      const { host, port, domain } = server;
      const found = new Map<string, unknown>();
      for (const octet of OCTETS) {
        // After a fault in its header no stream is read on, so that each message has one of its own.
        const caller = await Phone.open({
          user: 'caller',
          domain,
          host: TRUSTED,
          server: { host, port },
          transport: wire,
        });
        found.set(octet, await outcomeOf(caller, callee, `${name}${octet}: ${value}`));
        caller.close();
      }
      return found;
    }

    it('is white space, part of a token or the colon, or gets a 400 and goes nowhere (security P1, P2)', async () => {
      const expected = (octet: string) => (/[ \t:]/.test(octet) || TOKEN.test(octet) ? 'forwarded' : 400);
      expect(wrongOnes(await outcomes('X-Test', 'v'), expected)).toEqual([]);
    });

    it('never hides a second To (security P2, P4)', async () => {
      const expected = (octet: string) => (TOKEN.test(octet) ? 'forwarded' : 400);
      expect(wrongOnes(await outcomes('To', '<sip:u1@test.example>;tag=made-up'), expected)).toEqual([]);
    });
  },
);

describe('white space before the colon', () => {
  it.each([' ', '\t', ' \t '])(
    'does not save credentials for us from being removed: %j (security P1)',
    async (space) => {
      const [caller, callee] = [await cast.phone(), await cast.registered()];
      const uri = callee.addressOfRecord;
      const parts = { callId: random(), from: `<${caller.addressOfRecord}>;tag=a` };
      const challenge = await caller.ask(caller.newRequest('MESSAGE', uri, parts));
      expect(challenge.status).toBe(407);
      const credentials = caller.credentials(challenge, 'MESSAGE', uri);
      const headers = [[`Proxy-Authorization${space}`, credentials]] as const;
      caller.send(caller.newRequest('MESSAGE', uri, { ...parts, cseq: 2, headers }));
      const message = await callee.request('MESSAGE');
      expect(headerOf(message, 'CSeq')).toBe('2 MESSAGE');
      expect(message.text).not.toContain('Proxy-Authorization');
    },
  );
});
