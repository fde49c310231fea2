import type { Clock, Timer } from '../util/clock.js';
import { type Binding, type BindingChanges, type BindingStore, byPreference, isLive } from './binding.js';
import { GroupCommit } from './group-commit.js';

/**
 * What happened to a binding, in the words of RFC 3680 5.1: made or refreshed by its phone, ended by its time, taken back
 * by the phone, or taken away from it (by an administrator, or because there is no way to it any more).
 */
export type BindingEvent = 'created' | 'refreshed' | 'expired' | 'unregistered' | 'deactivated';

export interface LocationsNeeds {
  readonly store: BindingStore;
  readonly clock: Clock;
  /** True: a change is acknowledged after its commit. False: it is written behind the answer. */
  readonly durable: boolean;
  /** Told when a write behind the answer failed, or the removal of expired rows. */
  readonly writeFailed: (error: unknown) => void;
  /** Told of each change to a binding when it stands. */
  readonly happened?: (event: BindingEvent, binding: Binding) => void;
}

/** Addresses of record looked at in each second by the search for expired bindings: a bounded piece of work. */
const SWEEP_PIECE = 5000;

/** The location service (RFC 3261 10.2; Kamailio's usrloc): bindings in memory, written through to the store. */
export class Locations {
  readonly #need: LocationsNeeds;
  readonly #commits: GroupCommit;
  readonly #byAor = new Map<string, readonly Binding[]>();
  #contacts = 0;
  #sweep: Iterator<[string, readonly Binding[]]> | undefined;
  #sweepTimer: Timer | undefined;

  constructor(need: LocationsNeeds) {
    this.#need = need;
    this.#commits = new GroupCommit(need.store);
  }

  /** Addresses of record that have bindings, counting those that expired and were not swept yet. */
  get users(): number {
    return this.#byAor.size;
  }

  get contacts(): number {
    return this.#contacts;
  }

  /** Takes over bindings that the store holds, at start. */
  restore(bindings: Iterable<Binding>): void {
    for (const binding of bindings) this.#put(binding.aor, [...(this.#byAor.get(binding.aor) ?? []), binding]);
  }

  /** The live bindings of an address of record, in the order in which they are to be tried. */
  lookup(aor: string): readonly Binding[] {
    const bindings = this.#byAor.get(aor);
    if (bindings === undefined) return [];
    const now = this.#need.clock.now();
    return bindings.every((binding) => isLive(binding, now))
      ? bindings
      : bindings.filter((binding) => isLive(binding, now));
  }

  /** The bindings whose time is not over, those included whose connection is gone: what a REGISTER is about. */
  held(aor: string): readonly Binding[] {
    const bindings = this.#byAor.get(aor);
    if (bindings === undefined) return [];
    const now = this.#need.clock.now();
    return bindings.every(({ expires }) => expires > now) ? bindings : bindings.filter(({ expires }) => expires > now);
  }

  *entries(): IterableIterator<[aor: string, bindings: readonly Binding[]]> {
    for (const aor of this.#byAor.keys()) {
      const live = this.lookup(aor);
      if (live.length > 0) yield [aor, live];
    }
  }

  /**
   * Carries out changes of one address of record, all or none. They are visible to calls at once; the promise resolves
   * when they are durable. When the store refuses, memory goes back to what it was and the promise rejects.
   * `removal` says what the deletes are.
   */
  async change(aor: string, changes: BindingChanges, removal: BindingEvent = 'unregistered'): Promise<void> {
    const before = this.#byAor.get(aor) ?? [];
    this.#put(aor, changed(before, changes));
    const written = this.#commits.write(changes);
    if (!this.#need.durable) written.catch(this.#need.writeFailed);
    else {
      try {
        await written;
      } catch (error) {
        this.#undo(aor, before, changes);
        throw error;
      }
    }
    this.#tell(before, changes, removal);
  }

  #tell(before: readonly Binding[], changes: BindingChanges, removal: BindingEvent): void {
    const { happened } = this.#need;
    if (happened === undefined) return;
    for (const binding of changes.upserts) {
      happened(before.some(({ ruid }) => ruid === binding.ruid) ? 'refreshed' : 'created', binding);
    }
    for (const binding of changes.deletes) happened(removal, binding);
  }

  /** Starts the search for bindings that have ended; they are also removed from the store. */
  startSweeping(): void {
    this.#sweepTimer = this.#need.clock.after(1000, () => {
      this.#sweepPiece();
      this.startSweeping();
    });
  }

  /** Stops sweeping and resolves when every change has been written. */
  async close(): Promise<void> {
    this.#sweepTimer?.cancel();
    await this.#commits.drained();
  }

  #put(aor: string, bindings: readonly Binding[]): void {
    this.#contacts += bindings.length - (this.#byAor.get(aor)?.length ?? 0);
    if (bindings.length === 0) this.#byAor.delete(aor);
    else this.#byAor.set(aor, bindings.length === 1 ? bindings : [...bindings].sort(byPreference));
  }

  /** Restores the bindings that these changes touched, unless a later registration has replaced them since. */
  #undo(aor: string, before: readonly Binding[], changes: BindingChanges): void {
    const touched = new Set([...changes.upserts, ...changes.deletes].map((binding) => binding.ruid));
    const kept = (this.#byAor.get(aor) ?? []).filter((binding) => !changes.upserts.includes(binding));
    const present = new Set(kept.map((binding) => binding.ruid));
    const back = before.filter((binding) => touched.has(binding.ruid) && !present.has(binding.ruid));
    this.#put(aor, [...kept, ...back]);
  }

  #sweepPiece(): void {
    this.#sweep ??= this.#byAor.entries();
    const now = this.#need.clock.now();
    for (let looked = 0; looked < SWEEP_PIECE; looked++) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = undefined;
        return;
      }
      const [aor, bindings] = next.value;
      const gone = bindings.filter((binding) => !isLive(binding, now));
      if (gone.length > 0) this.#remove(aor, gone, now);
    }
  }

  /** Removes what no call can reach any more: its time is over, or its connection. */
  #remove(aor: string, gone: readonly Binding[], now: number): void {
    const changes = { upserts: [], deletes: gone };
    this.#put(aor, changed(this.#byAor.get(aor) ?? [], changes));
    this.#commits.write(changes).catch(this.#need.writeFailed);
    for (const binding of gone) this.#need.happened?.(binding.expires > now ? 'deactivated' : 'expired', binding);
  }
}

function changed(bindings: readonly Binding[], changes: BindingChanges): readonly Binding[] {
  const touched = new Set<string>();
  for (const binding of changes.deletes) touched.add(binding.ruid);
  const replacement = new Map(changes.upserts.map((binding) => [binding.ruid, binding]));
  const result: Binding[] = [];
  for (const binding of bindings) {
    if (touched.has(binding.ruid)) continue;
    result.push(replacement.get(binding.ruid) ?? binding);
    replacement.delete(binding.ruid);
  }
  result.push(...replacement.values());
  return result;
}
