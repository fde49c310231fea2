/** The names under which a setting is found, all computed from its key, such as `auth.nonce-expire`. */

/** `--auth-nonce-expire`, without the dashes. */
export function flagName(key: string): string {
  return key.replaceAll('.', '-');
}

/** `SIPCTL_AUTH_NONCE_EXPIRE` */
export function variableName(key: string): string {
  return `SIPCTL_${key.replaceAll(/[.-]/g, '_').toUpperCase()}`;
}

/** `[auth] nonce-expire`, as it is written in a file. */
export function fileName(key: string): string {
  const dot = key.indexOf('.');
  return dot < 0 ? key : `[${key.slice(0, dot)}] ${key.slice(dot + 1)}`;
}
