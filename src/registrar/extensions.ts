import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';
import { parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri, uriParam } from '../sip/uri.js';
import { bad, type Refusal } from './refusal.js';
import type { RegistrarSettings } from './settings.js';

/** What a REGISTER has to do with Path, outbound and GRUU. */
export interface Extensions {
  /** Path values, the edge proxy that is nearest to us first (RFC 3327). */
  readonly path: readonly string[];
  /** The URIs of `path`. */
  readonly pathUris: readonly SipUri[];
  readonly returnsPath: boolean;
  /** The request came straight from the phone. */
  readonly isDirect: boolean;
  readonly supportsOutbound: boolean;
  /** Whether a reg-id counts: the phone's first hop keeps its flow (RFC 5626 6). */
  readonly keepsFlow: boolean;
  readonly wantsGruu: boolean;
}

/** The width of the column `path`: what does not fit is refused, never cut. */
const LONGEST_PATH = 512;

/** The option tags that the registrar supports, as its 200 says them. */
export function offered({ outbound, gruu }: RegistrarSettings): readonly string[] {
  return ['path', ...(outbound === 'off' ? [] : ['outbound']), ...(gruu ? ['gruu'] : [])];
}

/** Reads Require, Supported and Path of a REGISTER (RFC 3261 10.3 step 2, RFC 3327 5.3, RFC 5626 6). */
export function readExtensions(message: SipRequest, settings: RegistrarSettings): Extensions | Refusal {
  const required = tagsOf(message, Header.Require);
  const supported = [...tagsOf(message, Header.Supported), ...required];
  const refusal = refused(required, supported, settings);
  if (refusal !== undefined) return refusal;
  const path = message.list(Header.Path);
  const pathUris = path.length === 0 ? [] : readPath(path, supported, settings);
  if ('status' in pathUris) return pathUris;
  const isDirect = message.list(Header.Via).length === 1;
  const firstHopKeepsFlow = isDirect || (pathUris[0] !== undefined && uriParam(pathUris[0], 'ob') !== undefined);
  return {
    path,
    pathUris,
    returnsPath: path.length > 0 && settings.path !== 'off' && supported.includes('path'),
    isDirect,
    supportsOutbound: supported.includes('outbound'),
    keepsFlow: settings.outbound !== 'off' && firstHopKeepsFlow,
    wantsGruu: settings.gruu && supported.includes('gruu'),
  };
}

function tagsOf(message: SipRequest, id: typeof Header.Require | typeof Header.Supported): string[] {
  return message.indexOf(id) < 0 ? [] : message.list(id).map((tag) => tag.toLowerCase());
}

function refused(
  required: readonly string[],
  supported: readonly string[],
  settings: RegistrarSettings,
): Refusal | undefined {
  const unknown = required.filter((tag) => !offered(settings).includes(tag));
  if (unknown.length > 0) {
    const text = unknown.includes('outbound') ? 'No support for Outbound on server' : 'Extension not supported';
    return { status: 420, text, headers: [['Unsupported', unknown.join(', ')]] };
  }
  if (settings.outbound !== 'required' || supported.includes('outbound')) return undefined;
  const headers = [['Require', 'outbound'] as const, ['Supported', 'outbound'] as const];
  return { status: 421, text: 'No support for Outbound indicated', headers };
}

function readPath(path: readonly string[], supported: readonly string[], settings: RegistrarSettings) {
  if (settings.path === 'strict' && !supported.includes('path')) return PATH_NOT_SUPPORTED;
  if (path.join(', ').length > LONGEST_PATH) return bad('Path too long');
  const uris: SipUri[] = [];
  for (const value of path) {
    const uri = parseUri(parseNameAddr(value)?.uriText ?? '');
    // A request is sent along the Path by loose routing only.
    if (uri === undefined || uri.host === '' || uriParam(uri, 'lr') === undefined) return bad('Path parse error');
    uris.push(uri);
  }
  return uris;
}

const PATH_NOT_SUPPORTED: Refusal = {
  status: 420,
  text: 'No support for found Path indicated',
  headers: [['Unsupported', 'path']],
};
