/** What the rest of the program knows of sockets. No code: udp.ts, tcp.ts, tls.ts, ws.ts and open.ts fill these. */
export type Protocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** Where to listen, as the operator wrote it: `host` is numeric without brackets, a name, or a wildcard. */
export interface ListenAddress {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
}

export interface Listener {
  /** As Kamailio writes a socket: `udp:127.0.0.1:5060`, `tcp:[::1]:5060`. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Numeric, without brackets; `0.0.0.0` or `::` for a wildcard. */
  readonly address: string;
  /** The port that was bound, also where 0 was asked for. */
  readonly port: number;
  readonly family: 4 | 6;
}

/** A stream or WebSocket that requests and their responses share, until `closed`. */
export interface Connection {
  /**
   * Says which one it is to `Transports.connection`, as long as the server runs. Fits Kamailio's column
   * `location.connection_id`; a later run has other numbers.
   */
  readonly id: number;
  readonly listener: Listener;
  /** The peer's. */
  readonly address: string;
  readonly port: number;
  readonly closed: boolean;
}

/** Where a message came from. */
export interface Source {
  readonly protocol: Protocol;
  /** Numeric, without brackets or zone, IPv4-mapped IPv6 as IPv4. */
  readonly address: string;
  readonly port: number;
  readonly listener: Listener;
  /** The address of this machine that it came to. */
  readonly localAddress: string;
  readonly connection?: Connection;
}

/** Where a message goes to. */
export interface Target {
  readonly protocol: Protocol;
  /** Numeric, without brackets. */
  readonly address: string;
  readonly port: number;
  /** Send from this listener, such as the one that a phone registered through. */
  readonly listener?: Listener;
  /** Send on this connection as long as it is open. */
  readonly connection?: Connection;
  /**
   * The host of the URI before any DNS, lower case: whom the certificate of a TLS server must name (RFC 5922 7.3). Left
   * out, the certificate must name the address itself.
   */
  readonly domain?: string;
}

/** Takes what arrives. An exception thrown here is a bug and is not caught by the transports. */
export interface Receiver {
  /** One whole message in latin1, one character an octet. */
  message(text: string, source: Source): void;
  /**
   * Bytes of a stream that can not be framed (RFC 3261 18.3). Whoever wants to answer must do so before returning:
   * the connection is closed afterwards, and never read again (request smuggling).
   */
  garbage(text: string, reason: string, source: Source): void;
}

export interface Transports {
  readonly listeners: readonly Listener[];
  /**
   * The listener that a request to `target` leaves by: that of its connection, the one it names, or the best of its
   * protocol and family. `undefined` when there is none, and for a WebSocket that is not open: only its client can
   * open one (RFC 7118 3).
   */
  listenerFor(target: Target): Listener | undefined;
  /**
   * Host (IPv6 in brackets) and port to write in Via and Record-Route for what leaves `listener` for the numeric
   * address `towards`: the advertised ones, the listener's own, or for a wildcard the local address facing `towards`.
   */
  sentBy(listener: Listener, towards: string): SentBy;
  /** Sends a request. `failed` is called at most once, and never before `send` has returned. */
  send(target: Target, text: string, failed: (error: Error) => void): void;
  /**
   * Sends a response to where the request came from: over UDP to its source address and port, from the socket that it
   * came to (RFC 3581, with rport forced); over a stream on the same connection, and nowhere when that is closed.
   */
  reply(source: Source, text: string): void;
  /**
   * Whether a host as in a URI (numeric, or the advertised name) and port are our own. No port stands for the default one
   * of each protocol that we listen with.
   */
  isLocal(host: string, port: number | undefined): boolean;
  /** The open connection of that id: a phone behind a NAT or on a WebSocket is reached on no other way. */
  connection(id: number): Connection | undefined;
  /** Reads certificates and keys again. Throws a Failure when they can not serve; those of before then go on serving. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface SentBy {
  readonly host: string;
  readonly port: number;
}

/** Bounds on what strangers can make us hold. */
export interface TransportLimits {
  /** Octets of one message on a stream. */
  readonly messageSize: number;
  readonly connections: number;
  /** Connections from one address. */
  readonly connectionsPerSource: number;
  /** Octets waiting to be taken by a peer, after which its connection is closed. */
  readonly unsent: number;
  /** Milliseconds without traffic, after which a connection is closed (Kamailio's tcp_connection_lifetime). */
  readonly idle: number;
  /** Milliseconds from the first octet of a message to its last. */
  readonly incomplete: number;
  /** Milliseconds to connect. */
  readonly connect: number;
}

export const DEFAULT_LIMITS: TransportLimits = {
  messageSize: 65_536,
  connections: 2048,
  connectionsPerSource: 1024,
  unsent: 1_048_576,
  idle: 3_605_000,
  incomplete: 30_000,
  connect: 5000,
};

/** The part of a pino logger that is used here. */
export interface TransportLog {
  debug(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}
