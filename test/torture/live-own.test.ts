import { beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/server.js';
import { readSip } from '../support/sip-text.js';
import { type Ending, fateOf, framingOf, nextIsAnswered } from './live.js';
import { cases as invalid } from './rfc4475-invalid.cases.js';
import { cases as semantics } from './rfc4475-semantics.cases.js';
import { cases as valid } from './rfc4475-valid.cases.js';
import { cases as ipv6 } from './rfc5118.cases.js';
import type { Case } from './torture.js';

const CASES: readonly Case[] = [...valid, ...invalid, ...semantics, ...ipv6];

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

/** A response is never answered, nor is an ACK. */
function isAnswerable(text: string): boolean {
  const { method, status } = readSip(text);
  return status === 0 && !text.startsWith('SIP/') && method !== 'ACK';
}

describe.each(['udp', 'tcp'] as const)('our own torture messages, sent to a running server over %s', (wire) => {
  it.each(CASES)('$of: $it', async ({ text, outcome }) => {
    const framing = wire === 'udp' ? 'exact' : framingOf(text);
    if (framing === 'exact') {
      const ending: Ending = outcome === 'dropped' || !isAnswerable(text) ? 'silence' : 'answer';
      const { answer } = await fateOf(server, wire, text, ending);
      if (ending === 'silence') expect(answer).toBeUndefined();
      else if (typeof outcome === 'number') expect(answer?.status).toBe(outcome);
      else expect([400, 500, 505]).not.toContain(answer?.status);
    } else {
      const { answer, closed } = await fateOf(server, wire, text, framing === 'none' ? 'close' : 'unknown');
      if (framing === 'none') expect({ closed, status: answer?.status ?? 400 }).toEqual({ closed: true, status: 400 });
      else if (framing === 'short') expect(answer).toBeUndefined();
    }
    await nextIsAnswered(server);
    expect(server.isRunning).toBe(true);
  });

  it('left nothing behind', async () => {
    expect(await server.rpc('stats.get_statistics', ['location_contacts', 'failures'])).toEqual([
      'usrloc:location_contacts = 0',
    ]);
  });
});
