/** What can be set of the registrar. */
export interface RegistrarSettings {
  /** Seconds, for contacts that ask for no time of their own. */
  readonly defaultExpires: number;
  /** Seconds; a shorter wish is refused with 423. */
  readonly minExpires: number;
  /** Seconds; a longer wish is cut to it. */
  readonly maxExpires: number;
  /** Live contacts of one address of record. */
  readonly maxContacts: number;
  /**
   * Kamailio's path_mode. A Path is always stored and followed; `lazy` returns it to phones that support it, `strict`
   * also refuses it from those that do not, `off` never returns it.
   */
  readonly path: 'off' | 'lazy' | 'strict';
  /** RFC 5626, Kamailio's outbound_mode: `required` refuses phones without it. */
  readonly outbound: 'off' | 'supported' | 'required';
  /** Seconds within which a phone is told to send a sign of life over its flow; 0 leaves it to the phone. */
  readonly flowTimer: number;
  /** Gives phones that support it globally routable URIs (RFC 5627). */
  readonly gruu: boolean;
}
