import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearestName } from '../config/nearest.js';
import { Failure, messageOf } from '../errors.js';
import { listingParts } from '../proxy/parts.js';
import requestRoute from '../proxy/route.js';
import type { Route, RouteParts, Step } from '../proxy/route-api.js';
import { checkedSteps, type ListedStep, listedSteps } from './route-steps.js';

/** A route that was loaded and is yet to be bound to a server. */
export interface LoadedRoute {
  /** The file; undefined for the default route. */
  readonly file: string | undefined;
  /** The steps in their order, checked. Throws CONFIG with file, line and what is wrong. */
  steps(parts: RouteParts): readonly Step[];
}

export const DEFAULT_ROUTE: LoadedRoute = { file: undefined, steps: requestRoute };

/** Loads a route: the default one when no file is named. Throws CONFIG with file, line and what is wrong. */
export async function loadRoute(file: string | undefined): Promise<LoadedRoute> {
  if (file === undefined) return DEFAULT_ROUTE;
  demandSafe(file);
  const route = await importRoute(file);
  return { file, steps: (parts) => stepsOf(file, route, parts) };
}

/** It runs with the rights of the server, so nobody else may write it. */
function demandSafe(file: string): void {
  let mode: number;
  try {
    mode = statSync(file).mode;
  } catch (error) {
    throw new Failure('CONFIG', `the route ${file} can not be read: ${messageOf(error)}`);
  }
  if ((mode & 0o002) === 0) return;
  throw new Failure('CONFIG', `${file}: everybody may write this route, so it is not run`, `chmod o-w ${file}`);
}

async function importRoute(file: string): Promise<Route> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    throw new Failure('CONFIG', `${placeIn(file, error) ?? syntaxErrorPlace(file) ?? file}: ${messageOf(error)}`);
  }
  if (typeof module.default === 'function') return module.default as Route;
  const hint = 'a route is: export default (parts) => [parts.reqinit(), ...]; sipctl route init writes one';
  throw new Failure('CONFIG', `${exportPlace(file)}: the default export is no function`, hint);
}

function stepsOf(file: string, route: Route, parts: RouteParts): readonly Step[] {
  let list: unknown;
  try {
    list = route(withHints(parts));
  } catch (error) {
    throw new Failure('CONFIG', `${placeIn(file, error) ?? exportPlace(file)}: ${messageOf(error)}`);
  }
  try {
    return checkedSteps(list);
  } catch (error) {
    throw new Failure('CONFIG', `${exportPlace(file)}: ${messageOf(error)}`);
  }
}

/** A name that is no part is answered with the one that was meant, at the line where it is used. */
function withHints(parts: RouteParts): RouteParts {
  return new Proxy(parts, {
    get(target, name) {
      if (typeof name !== 'string' || Object.hasOwn(target, name)) return Reflect.get(target, name);
      const meant = nearestName(name, Object.keys(target));
      throw new TypeError(`there is no part ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
    },
  });
}

/** The steps of a route that is not run. Throws as `steps` does. */
export function listRoute(route: LoadedRoute): ListedStep[] {
  return listedSteps(route.steps(listingParts()));
}

/** The default route as a file to start from. */
export function routeTemplate(): string {
  const text = readFileSync(fileURLToPath(new URL('../proxy/route.js', import.meta.url)), 'utf8');
  return `${HEAD}\n${text}`;
}

const HEAD = `// The route of sipctl: what happens to a request, step by step. Run it with: sipctl serve --route FILE
// Each step answers or forwards the request and ends the route, or lets the next one go on. Take steps out, put others
// between them, or write your own: { name: 'myStep', run(request) { return parts.CONTINUE; } }
// docs/routes/README.md says what all the parts do and has whole examples. Look at it with: sipctl route show FILE
`;

/** Where in the file something was thrown, `FILE:LINE:COLUMN`; undefined when it was not thrown there. */
function placeIn(file: string, error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const name of [pathToFileURL(file).href, file]) {
    const at = stack.indexOf(`${name}:`);
    const place = at < 0 ? undefined : /^\d+:\d+/.exec(stack.slice(at + name.length + 1))?.[0];
    if (place !== undefined) return `${file}:${place}`;
  }
  return undefined;
}

/** V8 tells the place of a syntax error only to Node itself: `node --check` prints it. */
function syntaxErrorPlace(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const line = /^[^\n]*:(\d+)\n/.exec(stderr)?.[1];
  return line === undefined ? undefined : `${file}:${line}`;
}

function exportPlace(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const index = lines.findIndex((line) => /^\s*(export default|module\.exports)\b/.test(line));
  return `${file}:${index + 1 || 1}`;
}
