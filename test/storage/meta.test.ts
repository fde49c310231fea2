import { expect, it } from 'vitest';
import { HOSTILE_TEXTS, onEachEngine } from './support.js';

onEachEngine('meta', (opened) => {
  const meta = () => opened.storage.meta;

  it('knows nothing of what was not set', async () => {
    expect(await meta().get('domain')).toBeUndefined();
  });

  it('keeps the first value', async () => {
    expect(await meta().setOnce('domain', 'one.example')).toBe('one.example');
    expect(await meta().setOnce('domain', 'two.example')).toBe('one.example');
    expect(await meta().get('domain')).toBe('one.example');
  });

  it('tells all who set it at once the same value', async () => {
    const values = await Promise.all(['a', 'b', 'c', 'd'].map((value) => meta().setOnce('secret', value)));
    expect(new Set(values)).toEqual(new Set([await meta().get('secret')]));
  });

  it('stores hostile text exactly', async () => {
    for (const text of HOSTILE_TEXTS) expect(await meta().setOnce(text, text)).toBe(text);
    for (const text of HOSTILE_TEXTS) expect(await meta().get(text)).toBe(text);
  });
});
