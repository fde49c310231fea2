/**
 * Refuses text that would end a line of a message: the last barrier against header injection. What reaches it comes from
 * a parser that let no such octet through, so a throw here is a bug found, answered with 500.
 */
export function assertOneLine(text: string): void {
  if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
    throw new RangeError('CR or LF in a header field');
  }
}

/** One header line with its CRLF. Throws RangeError when name or value holds CR or LF. */
export function headerLine(name: string, value: string): string {
  assertOneLine(name);
  assertOneLine(value);
  return `${name}: ${value}\r\n`;
}
