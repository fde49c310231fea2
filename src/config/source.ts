import type { SettingKey } from './settings.js';

/** A value as text, and the words that tell where it stands. */
export interface Found {
  readonly text: string;
  /** Such as `SIPCTL_DB` or `/etc/sipctl/sipctl.toml`. */
  readonly origin: string;
}

/** One place that settings come from. */
export interface Source {
  /** Undefined when the source says nothing about that setting. Throws a CONFIG failure. */
  find(key: SettingKey): Found | undefined;
}
