/** What DNS says, reduced to what RFC 3263 needs. Names are lower case and host names, so that they may be asked for. */

/** RFC 3403: a service of a domain and where its SRV records are. */
export interface NaptrRecord {
  /** Upper case, such as `SIP+D2U`. */
  readonly service: string;
  readonly name: string;
}

/** RFC 2782. */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The server, or `''` for the target `.`: the domain does not offer this service. */
  readonly name: string;
}

export interface Found<R> {
  readonly records: readonly R[];
  /** Seconds that the records may be used again. */
  readonly ttl: number;
}

/**
 * What is known by now. `undefined` means that it is not known yet and is being asked for, an empty list that there is
 * nothing to be had.
 */
export interface Facts {
  /** In the order of RFC 3403: by order, then by preference. */
  naptr(name: string): readonly NaptrRecord[] | undefined;
  /** By ascending priority. */
  srv(name: string): readonly SrvRecord[] | undefined;
  a(name: string): readonly string[] | undefined;
  aaaa(name: string): readonly string[] | undefined;
  /** The addresses that the system's own lookup gives, /etc/hosts included. */
  system(name: string): readonly string[] | undefined;
}
