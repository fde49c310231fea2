import { join } from 'node:path';

/** What the default places depend on. */
export interface Defaults {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly root: boolean;
}

/** A directory of the XDG base directory specification; relative values are to be ignored, it says. */
export function xdgDirectory(places: Defaults, variable: string, below: string): string {
  const value = places.env[variable];
  return value?.startsWith('/') ? value : join(places.home, below);
}

export function defaultDatabase(places: Defaults): string {
  const directory = places.root ? '/var/lib' : xdgDirectory(places, 'XDG_DATA_HOME', '.local/share');
  return `sqlite:${join(directory, 'sipctl', 'sipctl.db')}`;
}

/** Without a login session there is no runtime directory; the state directory is the user's own too. */
export function defaultSocket(places: Defaults): string {
  return join(runtimeDirectory(places), 'sipctl', 'sipctl.sock');
}

function runtimeDirectory(places: Defaults): string {
  if (places.root) return '/run';
  const runtime = places.env.XDG_RUNTIME_DIR;
  return runtime?.startsWith('/') ? runtime : xdgDirectory(places, 'XDG_STATE_HOME', '.local/state');
}
