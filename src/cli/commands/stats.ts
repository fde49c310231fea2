import { textUpTo } from '../../config/kind.js';
import { defineCommand } from '../command.js';
import { many } from '../spec.js';

export const stats = defineCommand({
  name: 'stats',
  summary: "Show the server's counters: all, those of a group, or single ones by name",
  args: { names: many(textUpTo(128, 'name')) },
  columns: ['group', 'name', 'value'],
  examples: ['stats', 'stats usrloc', 'stats core:rcv_requests'],
  async run({ names }, tools) {
    const server = await tools.server();
    const asked = names.length === 0 ? ['all'] : names.flatMap(askedAs);
    const lines = new Set(await server.call('stats.get_statistics', { names: asked }));
    return [...lines].map(readCounter);
  },
});

/** kamctl takes a word for a group; a word that is none may be the name of a counter, which the server looks for too. */
function askedAs(word: string): string[] {
  return word.includes(':') || word === 'all' ? [word] : [`${word}:`, word];
}

/** `usrloc:location_users = 1` */
function readCounter(line: string): object {
  const colon = line.indexOf(':');
  const equals = line.indexOf(' = ');
  return { group: line.slice(0, colon), name: line.slice(colon + 1, equals), value: Number(line.slice(equals + 3)) };
}
