import { flagName } from './names.js';
import type { Source } from './source.js';

/** The command line. `flags` is keyed by the name of the flag without its dashes. */
export function flagSource(flags: Readonly<Record<string, string | undefined>>): Source {
  return {
    find(key) {
      const name = flagName(key);
      const text = flags[name];
      return text === undefined ? undefined : { text, origin: `--${name}` };
    },
  };
}
