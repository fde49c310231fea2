/**
 * What a route is written with, for those who write one: `export default (parts) => [...]`. Types only, complete in this
 * file, so that an editor can check a route against them. docs/routes/README.md says the same in words.
 */

/** CONTINUE: the next step goes on. EXIT: the request is dealt with, answered, relayed or dropped. */
export type StepResult = 0 | 1;

/** A route: given the parts, the list of steps in their order. Called once, when the server starts. */
export type Route = (parts: RouteParts) => readonly Step[];

/** One decision about a request. Keep nothing of a request in it: the next one may come before this one is answered. */
export interface Step {
  /** Counter, log line and `sipctl route show` use it; no two steps have the same. */
  readonly name: string;
  run(request: RouteRequest): StepResult | Promise<StepResult>;
  /** What stands inside a step that decides nothing itself and so has no counter. */
  readonly steps?: readonly Step[];
}

/** A question about a request. Its name is shown by `sipctl route show`. */
export type Condition = (request: RouteRequest) => boolean;

/** A request as a step sees it. Texts of the message are octets: one character each, so that 'é' in UTF-8 is two. */
export interface RouteRequest {
  readonly method: string;
  /** The Request-URI. */
  readonly uri: RouteUri;
  /** Where it came from; the address is numeric, without brackets. */
  readonly source: { readonly protocol: string; readonly address: string; readonly port: number };
  /** The subscriber who has proved to know the password: set by `digest`. */
  readonly user: string | undefined;
  /** The row of the address table that makes its source trusted: set by `sourceAddress`. */
  readonly trustedBy: { readonly id: number; readonly grp: number; readonly tag: string | null } | undefined;
  /** True within a dialog. */
  readonly hasToTag: boolean;
  readonly message: RouteMessage;
  /** Where `relay` sends it: set by `location`, or by a step of your own. */
  targets: readonly { readonly uri: string }[];
  /** Answers it, an ACK never. The step then answers EXIT. `because` is for the log only. */
  reply(
    status: number,
    reason: string,
    more?: { readonly headers?: readonly (readonly [name: string, value: string])[]; readonly because?: string },
  ): void;
  /** Ends it without an answer. The step then answers EXIT. */
  drop(because: string): void;
}

export interface RouteMessage {
  readonly callId: string | undefined;
  readonly from: { readonly display: string; readonly uriText: string } | undefined;
  readonly to: { readonly display: string; readonly uriText: string } | undefined;
  readonly fromUri: RouteUri | undefined;
  readonly toUri: RouteUri | undefined;
  readonly body: string;
  /** The value of the first header field of that name, in whichever case and form it is written. */
  firstNamed(name: string): string | undefined;
}

export interface RouteUri {
  /** In lower case. */
  readonly scheme: string;
  /** Still escaped; '' when there is none. */
  readonly user: string;
  /** IPv6 in brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** The parts of a route. A name in brackets is Kamailio's for the same part. */
export interface RouteParts {
  readonly CONTINUE: 0;
  readonly EXIT: 1;

  /** REQINIT: scanners, size, sanity, Max-Forwards, Proxy-Require. Stands first. */
  reqinit(): Step;
  /** Answers OPTIONS to the server itself with 200. */
  keepalive(): Step;
  /** Answers CANCEL and cancels the branches of its INVITE. */
  cancel(): Step;
  /** Retransmissions, and the ACK of a refusal, end at the transaction that they belong to (t_check_trans). */
  retransmission(): Step;
  /** WITHINDLG: what has a To tag follows the route that this server gave to the dialog (loose_route). */
  withinDialog(): Step;
  /** Trusts sources of these address groups, of `auth.trusted-group` when none is named; never a REGISTER. */
  sourceAddress(...groups: readonly (number | string)[]): Step;
  /** Whoever is not trusted proves to know a password, with 401 or 407 (auth_check, auth_challenge). */
  digest(): Step;
  authCheck(): Step;
  /** 403 Not relaying, unless the request is to us or from a user or trusted source of ours. */
  noOpenRelay(): Step;
  /** Answers REGISTER to our domain (save). */
  registrar(): Step;
  save(): Step;
  /** 403 Routing Not Allowed when the allow and deny rules say so (allow_routing). */
  permissions(): Step;
  allowRouting(): Step;
  /** Finds where our user is, else 404 User not Registered (lookup). */
  location(): Step;
  lookup(): Step;
  /** Forwards to the targets (record_route, t_relay). Always ends the route. */
  relay(): Step;
  tRelay(): Step;

  /** Steps for the requests only of which the condition is true. */
  when(condition: Condition, ...steps: readonly Step[]): Step;
  /** Answers every request and ends the route. The counter is `name`, or `reply` and the status. */
  reply(status: number, reason: string, name?: string): Step;
  /** Writes a line to the log, level info, and goes on. */
  log(text: string): Step;

  isMethod(...methods: readonly string[]): Condition;
  /** True when the Request-URI is of our domain or an address that we listen on (uri == myself). */
  isOurs(): Condition;
  /** True when the source is in one of these address groups (allow_source_address). */
  allowSourceAddress(...groups: readonly (number | string)[]): Condition;
  not(condition: Condition): Condition;
}
