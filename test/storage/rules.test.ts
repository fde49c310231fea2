import { expect, it } from 'vitest';
import type { NewRule } from '../../src/storage/storage.js';
import { HOSTILE_TEXTS, onEachEngine } from './support.js';

const allow = (rule: string, note: string | null = null): NewRule => ({ type: 'A', rule, note });
const deny = (rule: string): NewRule => ({ type: 'D', rule, note: null });

onEachEngine('rules', (opened) => {
  const rules = () => opened.storage.rules;
  const listed = async () => (await rules().list()).map((row) => `${row.type}${row.position} ${row.rule}`);

  it('adds a rule at the end of its type', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const first = await rules().add(deny('ALL : ALL'));
    expect(first).toEqual({
      id: expect.any(Number),
      type: 'D',
      rule: 'ALL : ALL',
      note: null,
      position: 1,
      last_change: expect.any(Date),
    });
    expect(Number(first.last_change)).toBeGreaterThanOrEqual(before);
    expect(Number(first.last_change)).toBeLessThanOrEqual(Date.now());
    await rules().add(allow('"^sip:1" : ALL', 'sales'));
    await rules().add(allow('"^sip:2" : ALL'));
    expect(await listed()).toEqual(['A1 "^sip:1" : ALL', 'A2 "^sip:2" : ALL', 'D1 ALL : ALL']);
    expect(await rules().list()).toMatchObject([{ note: 'sales' }, { note: null }, first]);
  });

  it('refuses the same rule of the same type, not of the other', async () => {
    const { id } = await rules().add(allow('ALL : ALL'));
    await expect(rules().add(allow('ALL : ALL', 'again'))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `rule ${id} is the same already`,
    });
    await rules().add(deny('ALL : ALL'));
    await rules().add(allow('all : all'));
    expect(await listed()).toHaveLength(3);
  });

  it('gives each of several additions its own position', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => rules().add(deny(`"${n}" : ALL`))));
    expect((await rules().list()).map((row) => row.position)).toEqual([1, 2, 3, 4]);
  });

  it('removes a rule by its id', async () => {
    const first = await rules().add(deny('"1" : ALL'));
    const second = await rules().add(deny('"2" : ALL'));
    expect(await rules().remove(first.id)).toEqual(first);
    expect(await rules().list()).toEqual([second]);
    await expect(rules().remove(first.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `there is no rule ${first.id}`,
    });
    expect(await rules().add(deny('"3" : ALL'))).toMatchObject({ position: 3 });
  });

  it('replaces the whole set in the order given, from position 1 in each type', async () => {
    await rules().add(allow('old : ALL'));
    expect(await rules().replaceAll([deny('"9" : ALL'), allow('"1" : ALL'), deny('"8" : ALL')])).toEqual({
      removed: 1,
      added: 3,
    });
    expect(await listed()).toEqual(['A1 "1" : ALL', 'D1 "9" : ALL', 'D2 "8" : ALL']);
    expect(await rules().replaceAll([])).toEqual({ removed: 3, added: 0 });
    expect(await listed()).toEqual([]);
  });

  it('replaces a set of thousands', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => deny(`"${n}" : ALL`));
    expect(await rules().replaceAll(many)).toEqual({ removed: 0, added: 2500 });
    expect((await rules().list()).map((row) => row.rule)).toEqual(many.map(({ rule }) => rule));
  });

  it('keeps the old set whole when a rule of the new one cannot be stored', async () => {
    await rules().add(allow('old : ALL'));
    const tooLong = deny('x'.repeat(513));
    await expect(rules().replaceAll([allow('new : ALL'), tooLong])).rejects.toMatchObject({
      code: 'USAGE',
      message: 'permissions_rules.rule holds at most 512 characters',
    });
    expect(await listed()).toEqual(['A1 old : ALL']);
  });

  it('keeps the old set whole when the database refuses one of the new rows', async () => {
    await rules().add(allow('old : ALL'));
    const wrongType = { ...deny('bad : ALL'), type: 'X' } as unknown as NewRule;
    await expect(rules().replaceAll([allow('new : ALL'), wrongType])).rejects.toMatchObject({ code: 'DATABASE' });
    expect(await listed()).toEqual(['A1 old : ALL']);
  });

  it('stores hostile text exactly', async () => {
    await rules().replaceAll(HOSTILE_TEXTS.map((text) => allow(text, text)));
    expect((await rules().list()).map((row) => row.rule)).toEqual(HOSTILE_TEXTS);
    expect((await rules().list()).map((row) => row.note)).toEqual(HOSTILE_TEXTS);
  });

  it('is filled by the script of seed 001, which names type and rule only', async () => {
    await opened.db.knex('permissions_rules').insert({ type: 'A', rule: 'ALL : ALL' });
    expect(await listed()).toEqual(['A0 ALL : ALL']);
  });
});
