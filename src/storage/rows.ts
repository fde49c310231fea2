/**
 * The rows of Kamailio's tables and of ours, as every other part of the program sees them.
 * Column names are the database's own; times are JavaScript dates; an SQL NULL is null.
 */

export interface SubscriberRow {
  id: number;
  username: string;
  domain: string;
  /** Clear text, empty unless the administrator asked for it. */
  password: string;
  /** H(username:domain:password), hex. */
  ha1: string;
  /** H(username@domain:domain:password), hex. */
  ha1b: string;
}

/** A password's hashes by an algorithm that Kamailio's columns have no room for (table sipctl_ha1, RFC 8760). */
export interface PasswordHash {
  /** Name of RFC 8760, such as `SHA-256`. */
  algorithm: string;
  ha1: string;
  ha1b: string;
}

/** A subscriber with all hashes of his password. */
export interface Subscriber extends SubscriberRow {
  /** By algorithm; none for a subscriber made by a program that knows MD5 only. */
  hashes: readonly PasswordHash[];
}

export interface AddressRow {
  id: number;
  grp: number;
  /** IPv4, IPv6 or, as Kamailio allows, a domain name. */
  ip_addr: string;
  mask: number;
  /** Source port that must match; 0 is any. */
  port: number;
  tag: string | null;
}

export type RuleType = 'A' | 'D';

export interface RuleRow {
  id: number;
  /** 'A' allow, 'D' deny (seed 001). */
  type: RuleType;
  rule: string;
  last_change: Date;
  /** Order within the type, from 1. */
  position: number;
  note: string | null;
}

/** A binding of an address of record: a row of `location`. */
export interface LocationRow {
  /** Unique id of the binding, the key of every update. */
  ruid: string;
  username: string;
  domain: string | null;
  contact: string;
  received: string | null;
  path: string | null;
  /** Null is a permanent binding (1970-01-01 00:00:00 in the table, as Kamailio writes it). */
  expires: Date | null;
  /** -1 is "not given". */
  q: number;
  callid: string;
  cseq: number;
  last_modified: Date;
  flags: number;
  cflags: number;
  user_agent: string;
  socket: string | null;
  methods: number | null;
  instance: string | null;
  reg_id: number;
  server_id: number;
  connection_id: number;
  keepalive: number;
  partition: number;
}
