import { describe, expect, it } from 'vitest';
import type { RpcFault } from '../../src/control/fault.js';
import { METHODS, type MethodName } from '../../src/control/methods.js';
import { readParams } from '../../src/control/params.js';
import type { RpcRequest } from '../../src/control/wire.js';

function read(name: MethodName, params: RpcRequest['params']): unknown {
  return readParams(name, METHODS[name], params);
}

describe('parameters', () => {
  it('are taken by position and by name', () => {
    const expected = { table: 'location', aor: 'alice@example.org' };
    expect(read('ul.lookup', ['location', 'alice@example.org'])).toEqual(expected);
    expect(read('ul.lookup', expected)).toEqual(expected);
  });

  it('that may be left out may be', () => {
    expect(read('ul.dump', undefined)).toEqual({});
    expect(read('ul.dump', ['brief'])).toEqual({ brief: 'brief' });
  });

  it('that are the rest of the list are all of it', () => {
    expect(read('stats.get_statistics', ['a', 'b', 'c'])).toEqual({ names: ['a', 'b', 'c'] });
    expect(read('stats.get_statistics', undefined)).toEqual({ names: [] });
    expect(read('stats.get_statistics', {})).toEqual({ names: [] });
    expect(read('stats.get_statistics', { names: ['a'] })).toEqual({ names: ['a'] });
  });

  it('that are text may come as a number, which is what kamctl makes of 1001', () => {
    expect(read('subscriber.reload', [1001])).toEqual({ user: '1001' });
  });

  it.each([
    ['too many', 'core.uptime', ['x'], /at most 0/],
    ['too few', 'ul.lookup', ['location'], /aor/],
    ['of a wrong type', 'ul.lookup', ['location', {}], /aor/],
    ['of an unknown name', 'ul.lookup', { table: 'a', aor: 'b', more: 'c' }, /more/],
    ['of the name __proto__', 'ul.dump', JSON.parse('{"__proto__":1}'), /__proto__/],
    ['too long', 'ul.lookup', ['location', 'x'.repeat(2000)], /aor/],
    ['out of range', 'sip.ping', ['sip:a@b', -1], /timeout/],
  ] as const)('that are %s are fault -32602, with a sentence', (_what, name, params, sentence) => {
    expect(() => read(name, params)).toThrow(sentence);
    expect(() => read(name, params)).toThrow(expect.objectContaining({ number: -32_602, code: 'USAGE' }) as RpcFault);
  });
});

describe.each(Object.entries(METHODS))('the method %s', (name, method) => {
  it('is described', () => {
    expect(name).toMatch(/^[a-z]+\.[A-Za-z_]+$/);
    expect(method.summary).toMatch(/^[A-Z].{5,90}[^.]$/);
  });

  it('has a list only as its last parameter', () => {
    const lists = Object.values(method.params.shape).filter((schema) => schema.type === 'array');
    expect(lists.length).toBe(method.rest ? 1 : 0);
  });
});
