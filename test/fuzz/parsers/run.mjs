// `npm run fuzz -- TARGET... [SECONDS]`: fuzzes parsers until something is found, or for so many seconds each (60).
// `--runs N --seed N` instead of a time does the same every time.
// Without a target all are fuzzed in turn. A finding is minimised and put into the corpus, which every test run replays.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { instrument } from './engine/instrument.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, seed: { type: 'string' } },
});
const seconds = Number(positionals.find((word) => /^\d+$/.test(word)) ?? 60);

/** `"\x0d\x0a"` of a line of the dictionary as its octets. */
function word(line) {
  return Buffer.from(JSON.parse(line.replace(/\\x(..)/g, '\\u00$1')), 'latin1');
}

function wordsOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('"')).map(word);
}

/** Puts a finding into the corpus; answers the path of its file. */
function keep(folder, input) {
  const name = `finding-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`;
  writeFileSync(join(folder, name), input);
  return relative(process.cwd(), join(folder, name));
}

function isEnough() {
  if (flags.runs !== undefined) return (runs) => runs >= Number(flags.runs);
  const end = Date.now() + seconds * 1000;
  return () => Date.now() >= end;
}

function fuzzOne(name, { fuzz: target, ...limits }, { fuzz, randomFrom }) {
  const folder = join(HERE, 'corpus', name);
  const seeds = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file)));
  const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 32));
  const words = wordsOf(join(HERE, 'sip.dict'));
  const plan = { ...limits, target, seeds, words, random: randomFrom(seed), isEnough: isEnough() };
  const { runs, edges, kept, finding } = fuzz(plan);
  console.log(`${name}: ${runs} runs from seed ${seed}, ${edges} edges, ${kept} inputs reached something new`);
  if (finding === undefined) return true;
  console.log(`${name}: ${finding.error.stack}\n${keep(folder, finding.input)}`);
  console.log(JSON.stringify(finding.input.toString('latin1')));
  return false;
}

const known = readdirSync(join(HERE, 'corpus'));
const wanted = positionals.filter((word) => !/^\d+$/.test(word));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no target ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(64);
}
const folder = mkdtempSync(join(tmpdir(), 'sipctl-fuzz-'));
try {
  const built = instrument(folder);
  const load = (file) => import(pathToFileURL(join(built, file)).href);
  const engine = await load('engine/index.js');
  const { TARGETS } = await load('targets/index.js');
  const sound = (wanted.length > 0 ? wanted : known).map((name) => fuzzOne(name, TARGETS[name], engine));
  if (sound.includes(false)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
