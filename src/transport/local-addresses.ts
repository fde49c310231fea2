import { BlockList } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Clock } from '../util/clock.js';
import { familyOf, isLoopback } from './address.js';

const REFRESH = 30_000;
const MAX_REMEMBERED = 1000;

interface Interface {
  readonly address: string;
  readonly family: 4 | 6;
  readonly internal: boolean;
  readonly subnet: BlockList;
}

/**
 * The addresses of this machine, read again after 30 s.
 *
 * Which of them faces a target is a guess, because only a connected socket would know, and asking one takes a turn of
 * the event loop: the loopback address for a loopback target, else the address whose subnet has the target, else the
 * first one of the family that leaves the machine. With several default routes set `advertise` or listen on addresses.
 */
export class LocalAddresses {
  #interfaces: readonly Interface[] = [];
  #known: ReadonlySet<string> = new Set();
  #until = Number.NEGATIVE_INFINITY;
  readonly #facing = new Map<string, string>();

  constructor(
    readonly clock: Clock,
    readonly list: typeof networkInterfaces = networkInterfaces,
  ) {}

  /** Whether the numeric address, in canonical form, is one of this machine's. */
  has(address: string): boolean {
    if (isLoopback(address)) return true;
    this.#refresh();
    return this.#known.has(address);
  }

  /** The local address that a peer at the numeric address `target` is most likely to see. */
  facing(target: string): string {
    this.#refresh();
    const remembered = this.#facing.get(target);
    if (remembered !== undefined) return remembered;
    const found = this.#find(target);
    if (this.#facing.size >= MAX_REMEMBERED) this.#facing.clear();
    this.#facing.set(target, found);
    return found;
  }

  #find(target: string): string {
    // All of 127.0.0.0/8 is this machine: a peer that talks to 127.0.0.5 from there expects the same address back.
    if (isLoopback(target)) return target;
    const family = familyOf(target);
    const own = this.#interfaces.filter((candidate) => candidate.family === family);
    const near = own.find((candidate) => candidate.subnet.check(target, family === 4 ? 'ipv4' : 'ipv6'));
    const out = own.find((candidate) => !candidate.internal && !candidate.address.startsWith('fe80:'));
    return (near ?? out)?.address ?? (family === 4 ? '127.0.0.1' : '::1');
  }

  #refresh(): void {
    const now = this.clock.now();
    if (now < this.#until) return;
    this.#until = now + REFRESH;
    this.#interfaces = Object.values(this.list()).flatMap((addresses) => (addresses ?? []).map(interfaceOf));
    this.#known = new Set(this.#interfaces.map((known) => known.address));
    this.#facing.clear();
  }
}

function interfaceOf(info: NetworkInterfaceInfo): Interface {
  const isFour = info.family === 'IPv4';
  const subnet = new BlockList();
  const prefix = Number(info.cidr?.split('/')[1] ?? (isFour ? 32 : 128));
  subnet.addSubnet(info.address, prefix, isFour ? 'ipv4' : 'ipv6');
  return { address: info.address, family: isFour ? 4 : 6, internal: info.internal, subnet };
}
