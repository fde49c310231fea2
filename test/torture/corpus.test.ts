import { describe, expect, it } from 'vitest';
import { SipRequest, SipResponse } from '../../src/sip/message.js';
import { parseNameAddr, splitList } from '../../src/sip/name-addr.js';
import { parseMessage } from '../../src/sip/parse.js';
import { parseUri } from '../../src/sip/uri.js';
import { parseVia } from '../../src/sip/via.js';
import { filesIn, messageIn, present, rows, valuesIn, WRONG_LENGTH } from './corpus.js';
import { outcomeOf } from './outcome.js';

if (!present) console.warn('corpus.test.ts: ../shared/corpus is absent, its messages are not tried');

/** Rules that only the proxy can hold: a response that belongs to no transaction is dropped there. */
const DECIDED_LATER = new Set(['rfc4475/bcast.dat']);

describe.skipIf(!present)('the corpus of other people', () => {
  it.each(rows())('holds the verdict on $file: $verdict', ({ file, verdict }) => {
    const outcome = outcomeOf(messageIn(file));
    if (file === WRONG_LENGTH) expect(outcome).toBe(400);
    else if (verdict === 'valid' || verdict === 'valid-420' || verdict === 'valid-483')
      expect(outcome).toBe('processed');
    else if (verdict === 'valid-416') expect(outcome).toBe(416);
    else if (verdict === 'invalid' && !DECIDED_LATER.has(file)) expect(outcome).not.toBe('processed');
    else expect(['processed', 'dropped', 400]).toContain(outcome);
  });

  it('lists every message that is there', () => {
    const listed = new Set(rows().map(({ file }) => file));
    const missing = ['rfc4475', 'rfc5118'].flatMap((folder) => filesIn(folder).filter((file) => !listed.has(file)));
    expect(missing).toEqual([]);
  });
});

/** Entries of a file, those that fold over a second line joined. */
function entries(name: string): string[] {
  if (!present) return [];
  const text = valuesIn(name).replace(/\r?\n(?=[ \t])/g, '\r\n');
  return text.split(/(?<!\r)\n/).filter((line) => line !== '');
}

function request(headers: string): string {
  const rest =
    'f: <sip:a@example.com>;tag=1\r\nt: <sip:b@example.com>\r\ni: 1@example.com\r\nCSeq: 1 INFO\r\nl: 0\r\n\r\n';
  return `INFO sip:b@example.com SIP/2.0\r\n${headers}\r\n${rest}`;
}

/** As the value of a header in a message: unfolded when folded. */
function valueIn(name: string, entry: string): string {
  const message = parseMessage(request(`${name}: ${entry}`));
  if (!(message instanceof SipRequest)) throw new Error(`refused: ${entry}`);
  return message.firstNamed(name) ?? '';
}

describe.skipIf(!present)('values generated from the grammar of RFC 3261', () => {
  it('accepts every request line', () => {
    const rest = 'v: SIP/2.0/UDP h\r\nf: <sip:a@h>;tag=1\r\nt: <sip:b@h>\r\ni: 1@h\r\nl: 0\r\nCSeq: 1';
    const refused = entries('request-line.txt').filter((line) => {
      const outcome = outcomeOf(`${line}\r\n${rest} ${line.slice(0, line.indexOf(' '))}\r\n\r\n`);
      return outcome !== 'processed' && !line.startsWith('ACK ');
    });
    expect(refused).toEqual([]);
  });

  it('accepts every URI', () => {
    const all = entries('sip-uri.txt');
    expect(all.length).toBeGreaterThan(900);
    expect(all.filter((entry) => parseUri(entry) === undefined)).toEqual([]);
  });

  it('accepts every From', () => {
    const refused = entries('from.txt').filter((entry) => {
      const address = parseNameAddr(valueIn('From', entry));
      return address === undefined || parseUri(address.uriText) === undefined;
    });
    expect(refused).toEqual([]);
  });

  it('accepts every Contact', () => {
    const refused = entries('contact.txt').filter((entry) => {
      const list = splitList(valueIn('Contact', entry));
      return list.some((contact) => contact !== '*' && parseUri(parseNameAddr(contact)?.uriText ?? '') === undefined);
    });
    expect(refused).toEqual([]);
  });

  it('accepts every Via', () => {
    const refused = entries('via.txt').filter((entry) =>
      splitList(valueIn('Via', entry)).some((element) => parseVia(element) === undefined),
    );
    expect(refused).toEqual([]);
  });
});

describe.skipIf(!present)('responses of the corpus', () => {
  it('are read as responses', () => {
    const message = parseMessage(messageIn('rfc4475/unreason.dat'));
    expect(message).toBeInstanceOf(SipResponse);
  });
});
