/** A URI in the parts that routing looks at. `params` and `headers` stay raw and are read by name when needed. */
export interface SipUri {
  /** Lower case. */
  readonly scheme: string;
  /** As written, still escaped; '' when there is none. The number of a `tel:` URI; the whole rest of any other scheme. */
  readonly user: string;
  readonly password: string | undefined;
  /** As written; IPv6 with brackets; '' for schemes other than sip and sips. */
  readonly host: string;
  readonly port: number | undefined;
  /** Raw, with the leading `;`; '' when there are none. */
  readonly params: string;
  /** Raw text after `?`; '' when there is none. */
  readonly headers: string;
}
