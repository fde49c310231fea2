import { variableName } from './names.js';
import type { Found, Source } from './source.js';

/** kamctl's own variable, which people set for a single command. */
const ALSO = new Map([['store-plaintext', 'STORE_PLAINTEXT_PW']]);

/** `SIPCTL_*` variables; an empty one counts as unset. */
export function environmentSource(env: NodeJS.ProcessEnv): Source {
  const read = (name: string | undefined): Found | undefined => {
    const text = name === undefined ? undefined : env[name];
    return name === undefined || text === undefined || text === '' ? undefined : { text, origin: name };
  };
  return { find: (key) => read(variableName(key)) ?? read(ALSO.get(key)) };
}
