/** Octets of a message (latin1 text) as the UTF-8 text that they encode; for logs and storage only. */
export function utf8Of(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Text as the latin1 string of its UTF-8 octets, ready to stand in a message. */
export function latin1Of(utf8: string): string {
  return Buffer.from(utf8, 'utf8').toString('latin1');
}
