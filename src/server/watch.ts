import { messageOf } from '../errors.js';
import type { Watch } from '../proxy/core.js';
import type { ProxyRequest } from '../proxy/request.js';
import type { Registered } from '../registrar/registrar.js';
import type { SipRequest, SipResponse } from '../sip/message.js';
import { utf8Of } from '../sip/text.js';
import type { Source, Target } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import { escapeControls } from '../util/escape.js';
import { type Log, OncePerMinute } from './log.js';
import type { Statistics } from './statistics.js';

const DECLARED = [
  'core:rcv_requests',
  'core:rcv_replies',
  'core:bad_msgs',
  'core:send_errors',
  'core:drop_replies',
  'registrar:accepted_regs',
  'registrar:rejected_regs',
];

/** Writes the log and keeps the statistics: a call, a registration and a denial are one line each. */
export class ServerWatch implements Watch {
  readonly #log: Log;
  readonly #statistics: Statistics;
  readonly #clock: Clock;
  readonly #perSource = new OncePerMinute();

  constructor(need: { readonly log: Log; readonly statistics: Statistics; readonly clock: Clock }) {
    this.#log = need.log;
    this.#statistics = need.statistics;
    this.#clock = need.clock;
    this.#statistics.declare(DECLARED);
  }

  /** Makes the counter of each step be listed from the start. */
  declare(steps: readonly string[]): void {
    this.#statistics.declare(steps.map((step) => `route:${step}`));
  }

  request(_message: SipRequest): void {
    this.#statistics.count('core:rcv_requests');
  }

  response(_message: SipResponse): void {
    this.#statistics.count('core:rcv_replies');
  }

  strayResponse(source: Source): void {
    this.#statistics.count('core:drop_replies');
    this.#log.debug(
      { source: nameOf(source) },
      `dropped a response from ${nameOf(source)} that belongs to no transaction`,
    );
  }

  malformed(reason: string, source: Source): void {
    this.#statistics.count('core:bad_msgs');
    if (!this.#perSource.isDue(source.address, this.#clock.now())) return;
    const text = `malformed SIP message from ${nameOf(source)}: ${escapeControls(reason)}`;
    this.#log.warn({ event: 'malformed', source: nameOf(source) }, text);
  }

  /** An address that could not be sent to: a refused connection, or a certificate that is not that of the domain. */
  unreachable(target: Target, error: Error): void {
    this.#statistics.count('core:send_errors');
    const name = nameOf(target);
    if (!this.#perSource.isDue(name, this.#clock.now())) return;
    this.#log.warn(
      { event: 'unreachable', target: name },
      `${name} can not be sent to: ${escapeControls(error.message)}`,
    );
  }

  /** Counts the step that decided, and logs what it refused. */
  decided(request: ProxyRequest): void {
    this.#statistics.count(`route:${request.step}`);
    const { outcome, method } = request;
    if (outcome === undefined || outcome.status < 200) return;
    if (method === 'REGISTER' && outcome.status >= 300) this.#statistics.count('registrar:rejected_regs');
    if (outcome.status >= 300 && !isFirstChallenge(request)) this.#denied(request);
  }

  registered(request: ProxyRequest, aor: string, result: Registered): void {
    this.#statistics.count('registrar:accepted_regs');
    if (!this.#log.isLevelEnabled('info')) return;
    const contacts = result.bindings.map((binding) => readable(binding.contact));
    const what = { listed: 'asked for', saved: 'bound to', removed: 'unbound, leaving' }[result.change];
    this.#log.info(
      {
        event: 'registration',
        step: 'registrar',
        change: result.change,
        aor,
        contacts,
        source: nameOf(request.source),
      },
      `REGISTER ${readable(aor)}: 200 OK, ${what} ${contacts.join(', ') || 'no contact'}, ${whoOf(request)} (step registrar)`,
    );
  }

  /** A relayed request has got its answer: an INVITE that begins a call is a line. */
  answered(request: ProxyRequest, status: number, reason: string): void {
    const isCall = request.method === 'INVITE' && !request.hasToTag;
    if (!this.#log.isLevelEnabled(isCall ? 'info' : 'debug')) return;
    const fields = { event: isCall ? 'call' : 'request', step: 'relay', status, ...this.#particulars(request) };
    const text = `${fields.method} ${fields.from} -> ${fields.to}: ${status} ${readable(reason)}, ${whoOf(request)} (step relay)`;
    if (isCall) this.#log.info(fields, text);
    else this.#log.debug(fields, text);
  }

  /** What a route of the operator's own has to say about a request. */
  note(text: string, request: ProxyRequest): void {
    if (!this.#log.isLevelEnabled('info')) return;
    const fields = { event: 'note', step: request.step, ...this.#particulars(request) };
    this.#log.info(
      fields,
      `${escapeControls(text)}: ${fields.method} ${fields.from} -> ${fields.to}, ${whoOf(request)}`,
    );
  }

  failed(request: ProxyRequest, error: unknown): void {
    this.#statistics.count('core:failures');
    this.#log.error(
      { event: 'failure', step: request.step, err: error },
      `${request.method} from ${nameOf(request.source)} failed at step ${request.step}: ${escapeControls(messageOf(error))}`,
    );
  }

  #denied(request: ProxyRequest): void {
    if (!this.#log.isLevelEnabled('info')) return;
    const { outcome, step } = request;
    if (outcome === undefined) return;
    const because = outcome.because === undefined ? undefined : escapeControls(outcome.because);
    const fields = { event: 'denied', step, status: outcome.status, because, ...this.#particulars(request) };
    const why = because === undefined ? '' : `: ${because}`;
    this.#log.info(
      fields,
      `${fields.method} ${fields.from} -> ${fields.to}: denied with ${outcome.status} ${outcome.reason}${why}, ${whoOf(request)} (step ${step})`,
    );
  }

  #particulars(request: ProxyRequest) {
    const { message, method, source, user } = request;
    return {
      method: readable(method),
      from: readable(message.from?.uriText ?? '?'),
      to: readable(message.requestUri),
      callid: readable(message.callId ?? ''),
      source: nameOf(source),
      user,
    };
  }
}

/** A request without credentials is how every registration and call begins, and an old nonce is nobody's fault. */
function isFirstChallenge({ outcome }: ProxyRequest): boolean {
  if (outcome?.status !== 401 && outcome?.status !== 407) return false;
  return outcome.because === 'no credentials' || outcome.because === 'stale nonce';
}

/** How the source came to be allowed, for the log. */
function whoOf(request: ProxyRequest): string {
  const { user, trustedBy, source } = request;
  const from = `from ${nameOf(source)}`;
  if (trustedBy !== undefined) return `${from} trusted by address ${trustedBy.id} of group ${trustedBy.grp}`;
  return user === undefined ? from : `${from} authenticated as ${readable(user)}`;
}

function readable(latin1: string): string {
  return escapeControls(utf8Of(latin1));
}

function nameOf(source: Pick<Source, 'protocol' | 'address' | 'port'>): string {
  const host = source.address.includes(':') ? `[${source.address}]` : source.address;
  return `${source.protocol}:${host}:${source.port}`;
}
