/** What differs between the expressions of rule files (ERE) and those of the `trusted` table (BRE). */
export interface Flavour {
  /** glibc's REG_ICASE: subject and pattern are upper-cased, except for escaped characters of the pattern. */
  readonly ignoreCase: boolean;
  /** Basic expressions: `( ) { } | + ?` are operators when a backslash stands before them, otherwise literals. */
  readonly basic: boolean;
  /** Refuse what glibc takes but no author can mean, such as `\d`, and what costs too much. */
  readonly strict: boolean;
}

/** How strictly to read: `strict` for everything an administrator writes, `glibc` to compare with the C library. */
export type Reading = 'strict' | 'glibc';
