/**
 * The connection that a phone registered over, as the transports know it: its flow (RFC 5626). Over UDP there is none;
 * there the addresses of both ends are the flow, in `received` and `socket`.
 */
export interface Flow {
  readonly id: number;
  readonly closed: boolean;
}

/** One contact of an address of record. Never changed: an update replaces it by another object with the same ruid. */
export interface Binding {
  /** Unique id of the binding (column `ruid`), kept over refreshes. */
  readonly ruid: string;
  /** The address of record, `user@domain` in lower case. */
  readonly aor: string;
  /** Contact URI as the phone wrote it. */
  readonly contact: string;
  /** Where the REGISTER really came from, as a SIP URI, when that is not where the contact points (NAT, TCP). */
  readonly received: string | undefined;
  /** Path values of RFC 3327, in order. */
  readonly path: readonly string[];
  /** End of the binding in milliseconds since the epoch; Infinity for a permanent one. */
  readonly expires: number;
  /** 0 to 1, or -1 when the phone gave none: sorts below 0. */
  readonly q: number;
  readonly callId: string;
  readonly cseq: number;
  /** Last change in milliseconds since the epoch. */
  readonly modified: number;
  readonly userAgent: string;
  /** The listener it registered through, such as `udp:192.0.2.1:5060`. */
  readonly socket: string | undefined;
  /** Bits of METHOD_BITS; undefined means every method. */
  readonly methods: number | undefined;
  /** `+sip.instance` without quotes and angle brackets (RFC 5626). */
  readonly instance: string | undefined;
  readonly regId: number;
  /** Rows written by a Kamailio carry bits that we keep as they are. */
  readonly flags: number;
  readonly cflags: number;
  /** Only in memory: a connection does not outlive the server. */
  readonly flow: Flow | undefined;
}

/** What changes in the bindings of one address of record; order does not matter within it. */
export interface BindingChanges {
  readonly upserts: readonly Binding[];
  readonly deletes: readonly Binding[];
}

/** Where bindings are kept across restarts. Each call is one transaction. */
export interface BindingStore {
  apply(changes: BindingChanges): Promise<void>;
}

/** Kamailio's bits of the column `methods` (usrloc). */
export const METHOD_BITS: ReadonlyMap<string, number> = new Map([
  ['INVITE', 1],
  ['CANCEL', 2],
  ['ACK', 4],
  ['BYE', 8],
  ['INFO', 16],
  ['REGISTER', 32],
  ['SUBSCRIBE', 64],
  ['NOTIFY', 128],
  ['MESSAGE', 256],
  ['OPTIONS', 512],
  ['PRACK', 1024],
  ['UPDATE', 2048],
  ['REFER', 4096],
  ['PUBLISH', 8192],
]);

/** Order of lookup: higher q first, older first among equals, contacts without q last (usrloc). */
export function byPreference(a: Binding, b: Binding): number {
  return b.q - a.q;
}

/** True while a request may be sent to the binding: its time is not over and there is a way to the phone. */
export function isLive(binding: Binding, now: number): boolean {
  return binding.expires > now && !(binding.flow?.closed === true && needsFlow(binding));
}

/**
 * True when the phone can be reached over the connection that it opened and on no other way: a WebSocket (RFC 7118), and
 * any stream that it registered as its flow (RFC 5626 5.3). With a Path the connection belongs to the edge proxy.
 */
export function needsFlow(binding: Binding): boolean {
  const { socket, path, regId } = binding;
  if (socket === undefined || path.length > 0) return false;
  return socket.startsWith('ws') || (regId > 0 && !socket.startsWith('udp:'));
}

let lastRuid = 0;
const ruidPrefix = `uloc-${Math.floor(Date.now() / 1000).toString(16)}-${process.pid.toString(16)}`;

/** A new id for a binding, in the form of Kamailio's: unique across restarts. */
export function newRuid(): string {
  lastRuid += 1;
  return `${ruidPrefix}-${lastRuid.toString(16)}`;
}
