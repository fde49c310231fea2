import { DOMAIN_FACT, type DomainMemory, domainOf } from '../config/domain.js';
import type { LoadedSettings } from '../config/load.js';
import type { ControlClient } from '../control/client.js';
import { Failure } from '../errors.js';
import type { Storage } from '../storage/storage.js';
import { askYes } from './ask.js';
import { openUnchanged } from './dry-run.js';
import type { UserName } from './kinds/user.js';
import type { Output } from './output.js';
import type { World } from './world.js';

/** The switches that writing commands have. */
export interface Switches {
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** False with --no-reload. */
  readonly reload: boolean;
}

export interface Account {
  readonly username: string;
  readonly domain: string;
}

/** What a command works with. Nothing is opened before it is asked for; `close` gives everything back. */
export class Tools {
  #storage: Promise<Storage> | undefined;
  #client: ControlClient | undefined;

  constructor(
    readonly settings: LoadedSettings,
    readonly world: World,
    readonly output: Output,
    readonly switches: Switches,
  ) {}

  /** The database of the setting `db`; an embedded one is created when it is first needed. */
  storage(): Promise<Storage> {
    this.#storage ??= this.#openStorage();
    return this.#storage;
  }

  async #openStorage(): Promise<Storage> {
    const { openStorage } = await import('../storage/open.js');
    const url = this.settings.get('db');
    return this.switches.dryRun ? openUnchanged(url) : openStorage(url, { create: true });
  }

  /** A conversation with the running server. Throws UNREACHABLE. */
  async server(timeout?: number): Promise<ControlClient> {
    const { ControlClient } = await import('../control/client.js');
    this.#client ??= await ControlClient.connect(this.settings.get('socket'), timeout === undefined ? {} : { timeout });
    return this.#client;
  }

  /** The user with the domain that is meant when none is typed. */
  async account(user: UserName): Promise<Account> {
    return { username: user.username, domain: user.domain ?? (await this.domain()) };
  }

  /** The domain of this installation; a dry run fixes none. */
  async domain(): Promise<string> {
    const { meta } = await this.storage();
    const readOnly: DomainMemory = {
      get: (name) => meta.get(name),
      setOnce: async (name, value) => (name === DOMAIN_FACT ? value : ''),
    };
    return domainOf(this.settings, this.switches.dryRun ? readOnly : meta);
  }

  note(text: string): void {
    this.output.note(text);
  }

  /** Asks before something that can not be undone. --yes answers, a dry run need not ask. Throws USAGE without a terminal. */
  async confirm(question: string): Promise<void> {
    if (this.switches.yes || this.switches.dryRun) return;
    if (!(await askYes(this.world, question))) throw new Failure('FAILED', 'not confirmed, so nothing was changed');
  }

  /** What a writing command answers: how many rows changed (none in a dry run, which says how many would) and which. */
  changed<T extends object>(count: number, what: T): { changed: number; would_change?: number } & T {
    return this.switches.dryRun ? { changed: 0, would_change: count, ...what } : { changed: count, ...what };
  }

  async close(): Promise<void> {
    this.#client?.close();
    const storage = await this.#storage?.catch(() => undefined);
    await storage?.close();
  }
}
