// `npm run test:lts`: runs every test on the newest long-term-support Node, which the npm package `node` brings, in a copy of
// this checkout, so that the native module built for the Node in use stays as it is.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Even major versions become long-term-support releases half a year after they appear. */
const LTS = '26';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'sipctl-lts-'));

function run(command, args, cwd, env = process.env) {
  return spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

function copyCheckout(to) {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(join(root, file), join(to, file), { recursive: true });
}

/** Puts the other Node first on the path, and its headers where native modules are built from. */
function environmentOf(node) {
  const home = join(node, 'node_modules', 'node');
  const headers = execFileSync('find', [home, '-name', 'node.h', '-path', '*include*'], { encoding: 'utf8' }).trim();
  return {
    ...process.env,
    PATH: [join(home, 'bin'), process.env.PATH].join(delimiter),
    npm_config_nodedir: dirname(dirname(dirname(headers.split('\n')[0]))),
  };
}

try {
  const [node, checkout] = [join(folder, 'node'), join(folder, 'checkout')];
  if (!run('npm', ['install', '--silent', '--no-save', '--prefix', node, `node@${LTS}`], folder)) {
    throw new Error(`node@${LTS} can not be installed`);
  }
  const env = environmentOf(node);
  copyCheckout(checkout);
  console.log(`running the tests on ${execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim()}`);
  const passed = run('npm', ['ci'], checkout, env) && run('npm', ['test'], checkout, env);
  process.exitCode = passed ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
