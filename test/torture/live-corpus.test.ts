import { beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/server.js';
import { readSip } from '../support/sip-text.js';
import { messageIn, present, rows, WRONG_LENGTH } from './corpus.js';
import { fateOf, framingOf, nextIsAnswered } from './live.js';

if (!present) console.warn('live-corpus.test.ts: ../shared/corpus is absent, its messages are not sent');

let server: TestServer;

beforeAll(async () => {
  if (present) server = await TestServer.start({ settings: { domain: 'example.com' } });
});

function isAnswerable(text: string): boolean {
  const { method, status } = readSip(text);
  return status === 0 && method !== 'ACK';
}

/** What the answer of a proxy that knows nobody may be to a message of this verdict; undefined is silence. */
function isRight(verdict: string, status: number | undefined, answerable: boolean): boolean {
  const [kind, wanted] = verdict.split('-');
  if (!answerable) return status === undefined;
  if (wanted !== undefined) return status === Number(wanted);
  if (kind === 'valid') return status !== undefined && status !== 400 && status < 500;
  return status === undefined || (status >= 400 && status < 700);
}

describe.skipIf(!present).each(['udp', 'tcp'] as const)(
  'the corpus of other people, sent to a running server over %s',
  (wire) => {
    it.each(rows())('holds the verdict on $file: $verdict', async ({ file, verdict }) => {
      const text = messageIn(file);
      const framing = wire === 'udp' ? 'exact' : framingOf(text);
      const isValid = verdict.startsWith('valid') && isAnswerable(text) && file !== WRONG_LENGTH;
      const ending = framing === 'none' ? 'close' : framing !== 'short' && isValid ? 'answer' : 'unknown';
      const { answer, closed } = await fateOf(server, wire, text, ending);
      const status = answer?.status;
      if (framing === 'none') expect({ closed, status: status ?? 400 }).toEqual({ closed: true, status: 400 });
      else if (framing === 'short') expect(status).toBeUndefined();
      else if (file === WRONG_LENGTH) expect(status).toBe(400);
      else expect(isRight(verdict, status, isAnswerable(text)), `answered with ${answer?.startLine}`).toBe(true);
      await nextIsAnswered(server);
      expect(server.isRunning).toBe(true);
    });

    it('left nothing behind', async () => {
      expect(
        await server.rpc('stats.get_statistics', ['location_contacts', 'failures', 'client_transactions']),
      ).toEqual(['tmx:client_transactions = 0', 'usrloc:location_contacts = 0']);
    });
  },
);
