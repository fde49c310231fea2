import type { Binding } from './binding.js';
import { offered } from './extensions.js';
import type { Gruus } from './gruu.js';
import type { RegistrarSettings, Registration } from './registration.js';

type HeaderLine = readonly [name: string, value: string];

/** The header fields of the 200 to a REGISTER. */
export class ResponseHeaders {
  readonly #supported: HeaderLine;
  readonly #flowTimer: number;
  readonly #gruus: Gruus;
  #second = 0;
  #date: HeaderLine = ['Date', ''];

  constructor(settings: RegistrarSettings, gruus: Gruus) {
    this.#supported = ['Supported', offered(settings).join(', ')];
    this.#flowTimer = settings.flowTimer;
    this.#gruus = gruus;
  }

  /** In order: Contact with every binding (RFC 3261 10.3 step 8), Path, outbound, what we support, Date. */
  of(bindings: readonly Binding[], wanted: Registration, at: { now: number; protocol: string }): HeaderLine[] {
    const { extensions } = wanted;
    const headers: HeaderLine[] = [];
    if (bindings.length > 0) headers.push(['Contact', this.#contacts(bindings, extensions.wantsGruu, at.now)]);
    // RFC 3327 5.3: the phone learns by which proxies it is reached.
    if (extensions.returnsPath) headers.push(['Path', extensions.path.join(', ')]);
    if (extensions.supportsOutbound && wanted.contacts.some(({ regId }) => regId > 0)) {
      headers.push(['Require', 'outbound']);
      // Only for streams: over UDP a phone has to be quicker than the NAT, as RFC 5626 4.4.2 has it without this header.
      if (extensions.isDirect && this.#flowTimer > 0 && at.protocol !== 'udp') {
        headers.push(['Flow-Timer', String(this.#flowTimer)]);
      }
    }
    headers.push(this.#supported, this.#dateOf(at.now));
    return headers;
  }

  /** Written once a second, however many phones register in it. */
  #dateOf(now: number): HeaderLine {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = ['Date', new Date(now).toUTCString()];
    }
    return this.#date;
  }

  #contacts(bindings: readonly Binding[], wantsGruu: boolean, now: number): string {
    let out = '';
    for (const binding of bindings) {
      const gruus = wantsGruu ? this.#gruus.paramsOf(binding) : '';
      out += `${out === '' ? '' : ', '}${contactOf(binding, now, gruus)}`;
    }
    return out;
  }
}

/** A permanent binding is said to last for as long as the header can say (RFC 3261 20.19). */
const FOREVER = 4_294_967_295;

function contactOf(binding: Binding, now: number, gruus: string): string {
  const seconds = Math.min(FOREVER, Math.max(0, Math.ceil((binding.expires - now) / 1000)));
  const q = binding.q < 0 ? '' : `;q=${binding.q}`;
  const received = binding.received === undefined ? '' : `;received="${binding.received}"`;
  const instance = binding.instance === undefined ? '' : `;+sip.instance="<${quotable(binding.instance)}>"`;
  const regId = binding.regId === 0 ? '' : `;reg-id=${binding.regId}`;
  return `<${binding.contact}>${q};expires=${seconds}${received}${gruus}${instance}${regId}`;
}

/** Inside a quoted string (RFC 3261 25.1). */
function quotable(text: string): string {
  return text.includes('"') || text.includes('\\') ? text.replaceAll(/["\\]/g, '\\$&') : text;
}
