import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SubscriberTable } from '../../src/server/subscribers.js';
import { digestResponse, hexEqual } from '../../src/sip/digest/hash.js';
import type { Subscribers } from '../../src/storage/storage.js';
import { DigestClient } from './digest-client.js';
import { statusOf } from './messages.js';
import { DOMAIN, subscriberRow, virtualProxy } from './virtual-proxy.js';

vi.mock(import('../../src/sip/digest/hash.js'), async (original) => {
  const real = await original();
  return { ...real, digestResponse: vi.fn(real.digestResponse), hexEqual: vi.fn(real.hexEqual) };
});

const ALICE = { username: 'alice', password: 'right', strong: true };

beforeEach(() => vi.clearAllMocks());

/** What is done about a wrong password of this user, in order of the time that it takes: the database, then hashes. */
async function workFor(user: string, algorithm: string) {
  const flags = { 'auth-algorithms': 'SHA-256' };
  const proxy = await virtualProxy({ subscribers: [ALICE, { username: 'old', password: 'right' }], flags });
  const asked = vi.spyOn(proxy.tables.subscribers, 'fetch');
  const client = new DigestClient(proxy, { user, password: 'guess', algorithms: [algorithm], qop: 'auth' });
  expect(statusOf(await client.authenticated('REGISTER'))).toBe(401);
  const hashed = vi
    .mocked(digestResponse)
    .mock.calls.map(([input]) => [input.algorithm, input.ha1.length, input.nonce.length]);
  return { asked: asked.mock.calls.length, hashed, compared: vi.mocked(hexEqual).mock.calls.length };
}

describe('a wrong password (security D11)', () => {
  it('makes as much work for a subscriber, for one without that hash, and for nobody', async () => {
    const known = await workFor('alice', 'SHA-256');
    expect(known).toEqual({
      asked: 1,
      hashed: [
        ['SHA-256', 64, 32],
        ['SHA-256', 64, 32],
      ],
      compared: 2,
    });
    for (const user of ['old', 'nobody']) {
      vi.clearAllMocks();
      expect(await workFor(user, 'SHA-256')).toEqual(known);
    }
  });
});

describe('the table of subscribers', () => {
  it('asks the database as often for a user who is there as for one who is not, and once for all who ask at a time', async () => {
    const find = vi.fn(async (name: string) => (name === 'alice' ? subscriberRow(ALICE) : undefined));
    const store = { find, list: async () => [subscriberRow(ALICE)] } as unknown as Subscribers;
    const table = new SubscriberTable(store, DOMAIN, ['MD5'], () => undefined);
    await table.reload();
    await Promise.all([table.fetch('alice'), table.fetch('alice')]);
    expect(find).toHaveBeenCalledTimes(1);
    await Promise.all([table.fetch('nobody'), table.fetch('nobody')]);
    expect(find).toHaveBeenCalledTimes(2);
    expect(table.size).toBe(1);
  });

  it('keeps hashes of those algorithms only that are offered', async () => {
    const store = { list: async () => [subscriberRow(ALICE)] } as unknown as Subscribers;
    const table = new SubscriberTable(store, DOMAIN, ['MD5', 'SHA-256'], () => undefined);
    await table.reload();
    expect(Object.keys(table.find('alice') ?? {})).toEqual(['SHA-256', 'MD5']);
  });

  it('decides by memory when the database can not be asked, and says so', async () => {
    const failed = vi.fn();
    const error = new Error('gone');
    const store = { list: async () => [subscriberRow(ALICE)], find: () => Promise.reject(error) };
    const table = new SubscriberTable(store as unknown as Subscribers, DOMAIN, ['MD5'], failed);
    await table.reload();
    expect(await table.fetch('alice')).toBe(table.find('alice'));
    expect(await table.fetch('nobody')).toBeUndefined();
    expect(failed).toHaveBeenCalledWith(error);
    expect(table.everyoneHas('MD5')).toBe(true);
  });
});
