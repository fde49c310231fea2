// `npm test`: builds, checks, brings the peers that the tests talk to, runs every test, and ends with `N passed, N failed`.
// Arguments are handed to vitest: `npm test -- test/sip`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPath, missingPeers } from './support/peers.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inCi = process.env.CI === 'true';
const NOTHING_RAN = { passed: 0, failed: 1, skipped: 0 };

function run(command, args, env = process.env) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

function npm(script) {
  return run('npm', ['run', '--silent', script]);
}

function apt(...args) {
  const done = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (done.status !== 0) console.error(done.stdout + done.stderr);
  return done.status === 0;
}

function installPeers(missing) {
  if (missing.length === 0 || process.getuid?.() !== 0 || commandPath('apt-get') === undefined) return;
  const packages = missing.map((peer) => peer.package);
  console.log(`npm test: installing with apt-get, for the tests only: ${packages.join(' ')}`);
  if (apt('-q', 'update')) apt('-q', '-y', '--no-install-recommends', 'install', ...packages);
}

function runTests(folder) {
  const results = join(folder, 'results.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const succeeded = run(process.execPath, [vitest, ...args, ...process.argv.slice(2)]);
  if (!existsSync(results)) return NOTHING_RAN;
  return count(JSON.parse(readFileSync(results, 'utf8')), succeeded);
}

/** A file that could not be loaded and an error outside of any test are failures too, though vitest counts no test for them. */
function count(report, succeeded) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !succeeded ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function testEverything() {
  if (!npm('build') || !npm('check')) return NOTHING_RAN;
  const folder = mkdtempSync(join(tmpdir(), 'sipctl-results-'));
  try {
    const counts = runTests(folder);
    // The parsers' coverage is judged only where all of their tests have run.
    if (process.argv.length === 2 && !npm('coverage')) counts.failed++;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportMissing(missing) {
  for (const peer of missing) console.log(`not tested, ${peer.package} is missing: ${peer.use}`);
  const packages = missing.map((peer) => peer.package).join(' ');
  console.log(`to test that too: sudo apt-get install --no-install-recommends ${packages}`);
}

installPeers(missingPeers());
const { passed, failed, skipped } = testEverything();
const missing = missingPeers();
if (missing.length > 0) reportMissing(missing);
const failures = failed + (inCi ? missing.length : 0);
console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failures > 0 ? 1 : 0;
