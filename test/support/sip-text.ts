/** A SIP message read by the tests themselves, so that they do not lean on the parser that they test. */
export interface SipText {
  text: string;
  startLine: string;
  /** Of a request, else ''. */
  method: string;
  uri: string;
  /** Of a response, else 0. */
  status: number;
  reason: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

export function readSip(text: string): SipText {
  const end = text.indexOf('\r\n\r\n');
  const [startLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const [first = '', second = '', ...others] = startLine.split(' ');
  const isResponse = first === 'SIP/2.0';
  return {
    text,
    startLine,
    method: isResponse ? '' : first,
    uri: isResponse ? '' : second,
    status: isResponse ? Number(second) : 0,
    reason: isResponse ? others.join(' ') : '',
    headers: lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    }),
    body: text.slice(end + 4),
  };
}

/** All values of a header, one for each line. */
export function headersOf(message: SipText, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers.filter(([known]) => known.toLowerCase() === wanted).map(([, value]) => value);
}

/** The first value of a header, '' when it is not there. */
export function headerOf(message: SipText, name: string): string {
  return headersOf(message, name)[0] ?? '';
}

/** Comma-separated elements of all lines of a header whose elements hold no comma themselves (Via, Route, Record-Route). */
export function elementsOf(message: SipText, name: string): string[] {
  return headersOf(message, name).flatMap((value) => value.split(',').map((element) => element.trim()));
}

/** The URI between < and >, or the whole value without its parameters. */
export function uriOf(value: string): string {
  const open = value.indexOf('<');
  return open < 0 ? (value.split(';')[0] ?? '') : value.slice(open + 1, value.indexOf('>', open));
}

/** A parameter after the URI of a name-addr or in a Via; '' when it has no value, undefined when it is not there. */
export function paramOf(value: string, name: string): string | undefined {
  const params = value.slice(value.lastIndexOf('>') + 1).split(';');
  const found = params.slice(1).find((param) => (param.split('=')[0] ?? '').trim().toLowerCase() === name);
  return found === undefined ? undefined : (found.split('=')[1] ?? '').trim();
}

/** Host and port of a sip URI, 5060 when it has none; no brackets around an IPv6 address. */
export function hostPortOf(uri: string): { host: string; port: number } {
  const parts = /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;?]*)(?::(\d+))?/.exec(uri);
  return { host: (parts?.[1] ?? '').replaceAll(/[[\]]/g, ''), port: Number(parts?.[2] ?? 5060) };
}
