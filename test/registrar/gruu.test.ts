import { describe, expect, it } from 'vitest';
import { Gruus } from '../../src/registrar/gruu.js';
import { parseUri, type SipUri } from '../../src/sip/uri.js';
import { A, AOR, B, setUp } from './support.js';

const INSTANCE = '+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"';

function uriOf(text: string | undefined): SipUri {
  const uri = parseUri(text ?? '');
  if (uri === undefined) throw new Error(`${text} is no URI`);
  return uri;
}

async function registered() {
  const all = setUp({ settings: { gruu: true } });
  const ask = async (lines: readonly string[], callId?: string) => {
    const { header } = await all.register(lines, callId === undefined ? {} : { callId });
    const contact = header('Contact') ?? '';
    return { contact, pub: /;pub-gruu="([^"]+)"/.exec(contact)?.[1], temp: /;temp-gruu="([^"]+)"/.exec(contact)?.[1] };
  };
  /** Contacts that a Request-URI leads to; undefined when it is no GRUU of ours. */
  const reached = (text: string | undefined) => {
    const target = all.gruus.read(uriOf(text), AOR);
    if (target === undefined) return undefined;
    return all.locations
      .lookup(target.aor)
      .filter((binding) => target.isFor(binding))
      .map(({ contact }) => contact);
  };
  return { ...all, ask, reached };
}

describe('GRUU (RFC 5627)', () => {
  it('is given to a phone that supports it and has an instance, and to no other', async () => {
    const { ask } = await registered();
    const { pub, temp } = await ask([`Contact: <${A}>;${INSTANCE}`, 'Supported: gruu']);
    expect(pub).toBe('sip:alice@test.example;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
    expect(temp).toMatch(/^sip:tgruu\.[\w-]+@test\.example;gr$/);
    expect((await ask([`Contact: <${A}>;${INSTANCE}`])).contact).not.toContain('gruu');
    const other = setUp({ settings: { gruu: true } });
    const { header } = await other.register([`Contact: <${B}>`, 'Supported: gruu']);
    expect(header('Contact')).toBe(`<${B}>;expires=3600`);
    expect(header('Supported')).toBe('path, outbound, gruu');
  });

  it('is not given when it is off, as in the configuration of Kamailio', async () => {
    const { header } = await setUp().register([`Contact: <${A}>;${INSTANCE}`, 'Supported: gruu']);
    expect(header('Contact')).not.toContain('gruu');
  });

  it('leads to that phone and not to the others of the user', async () => {
    const { ask, reached } = await registered();
    await ask([`Contact: <${B}>`]);
    const { pub, temp } = await ask([`Contact: <${A}>;${INSTANCE}`, 'Supported: gruu']);
    expect(reached(pub)).toEqual([A]);
    expect(reached(temp)).toEqual([A]);
    expect(reached('sip:alice@test.example;gr=urn:uuid:another')).toEqual([]);
    expect(reached('sip:alice@test.example')).toBeUndefined();
  });

  it('that is temporary is another one each time, and all are good until the Call-ID changes (RFC 5627 5.1)', async () => {
    const { ask, reached } = await registered();
    const lines = [`Contact: <${A}>;${INSTANCE}`, 'Supported: gruu'];
    const [first, second] = [(await ask(lines)).temp, (await ask(lines)).temp];
    expect(first).not.toBe(second);
    expect([reached(first), reached(second)]).toEqual([[A], [A]]);
    await ask(lines, 'after-a-restart');
    expect([reached(first), reached(second)]).toEqual([[], []]);
  });

  it('that is temporary does not show whose it is, and can not be made by others', async () => {
    const { ask, reached } = await registered();
    const { temp = '' } = await ask([`Contact: <${A}>;${INSTANCE}`, 'Supported: gruu']);
    const token = /tgruu\.([^@]+)/.exec(temp)?.[1] ?? '';
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('alice');
    for (const at of [0, 20, token.length - 2]) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(reached(temp.replace(token, changed)), `octet ${at}`).toBeUndefined();
    }
    expect(reached('sip:tgruu.@test.example;gr')).toBeUndefined();
    expect(reached(`sip:tgruu.${'A'.repeat(100)}@test.example;gr`)).toBeUndefined();
    expect(new Gruus('test.example', 'another secret').read(uriOf(temp), AOR)).toBeUndefined();
  });

  it('survives a restart', async () => {
    const { ask, locations } = await registered();
    const { temp } = await ask([`Contact: <${A}>;${INSTANCE}`, 'Supported: gruu']);
    const target = new Gruus('test.example', 'secret').read(uriOf(temp), '');
    expect(locations.lookup(target?.aor ?? '').filter((binding) => target?.isFor(binding))).toHaveLength(1);
  });

  it('escapes what may not stand in a URI, and is found again', async () => {
    const { ask, reached } = await registered();
    const { pub } = await ask([`Contact: <${A}>;+sip.instance="<a;b c@d>"`, 'Supported: gruu']);
    expect(pub).toBe('sip:alice@test.example;gr=a%3Bb%20c%40d');
    expect(reached(pub)).toEqual([A]);
  });
});
