import { Failure } from '../errors.js';
import type { Binding, BindingChanges, BindingStore } from './binding.js';

interface Waiting {
  readonly changes: BindingChanges;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** More changes than this wait for the next commit, so that one commit stays short. */
const LARGEST_COMMIT = 1000;

/**
 * Writes the changes of many registrations with one commit: all that came in while the previous commit ran.
 * A change is acknowledged after its commit, so that a 200 to REGISTER survives the end of the process.
 */
export class GroupCommit {
  readonly #store: BindingStore;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(store: BindingStore) {
    this.#store = store;
  }

  /** Resolves when the changes are in the store; rejects with the store's failure, and nothing of them is kept. */
  write(changes: BindingChanges): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ changes, done, failed });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting any more. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in this turn of the event loop goes into the first commit.
    await new Promise((next) => setImmediate(next));
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, LARGEST_COMMIT));
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#store.apply(merged(batch));
    } catch (error) {
      // A row that can not be stored must not cost the others theirs: each is tried alone.
      if (batch.length > 1 && isUnstorable(error)) for (const waiting of batch) await this.#commit([waiting]);
      else for (const waiting of batch) waiting.failed(error);
      return;
    }
    for (const waiting of batch) waiting.done();
  }
}

/** True when it was a value that was refused, and not the database that is out of order. */
function isUnstorable(error: unknown): boolean {
  return error instanceof Failure && error.code === 'USAGE';
}

/** The last state of each binding wins; a row is written once however often it changed. */
function merged(batch: readonly Waiting[]): BindingChanges {
  const last = new Map<string, { binding: Binding; deleted: boolean }>();
  for (const { changes } of batch) {
    for (const binding of changes.deletes) last.set(binding.ruid, { binding, deleted: true });
    for (const binding of changes.upserts) last.set(binding.ruid, { binding, deleted: false });
  }
  const upserts: Binding[] = [];
  const deletes: Binding[] = [];
  for (const { binding, deleted } of last.values()) (deleted ? deletes : upserts).push(binding);
  return { upserts, deletes };
}
