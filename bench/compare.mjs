// `npm run bench`: this server beside Kamailio, one after the other under the same load, several times, and the ratio of the
// medians. Needs the harness (../shared/bench, or HARNESS=folder), Kamailio with its MySQL module, MariaDB and a C compiler.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const harness = resolve(process.env.HARNESS ?? join(root, '..', 'shared', 'bench'));
if (!existsSync(join(harness, 'lib.mjs'))) throw new Error(`no harness in ${harness}: set HARNESS`);
const lib = await import(pathToFileURL(join(harness, 'lib.mjs')).href);

const [rounds, seconds] = [Number(process.env.ROUNDS ?? 3), Number(process.env.SECONDS_EACH ?? 3)];
const SIPCTL = join(root, 'bin', 'sipctl.js');
const CALLEE = 27093;

/** The workloads of the harness that a server with digest always on can do: what is sent, and what Kamailio needs for it. */
const WORKLOADS = {
  'W1 REGISTER with digest': { mode: 'register-auth', window: 64, defs: ['WITH_REGAUTH'] },
  'W3 call, record-routed': { mode: 'invite', window: 32, defs: ['WITH_REGAUTH'] },
  'W6 OPTIONS': { mode: 'options', window: 64, defs: [] },
};

const TARGETS = {
  kamailio: ({ defs }) => lib.startKamailio({ children: 2, pin: 0, defs, shm: 7168 }),
  sipctl: () =>
    lib.startTarget(
      process.execPath,
      [SIPCTL, 'serve', '--listen', `udp:127.0.0.1:${lib.SIPPORT}`, '--domain', lib.DOMAIN, '--log-format', 'json'],
      { pin: 0, port: lib.SIPPORT, env: { SIPCTL_DB: lib.DBURL, SIPCTL_SOCKET: join(lib.TMP, 'sipctl', 'socket') } },
    ),
};

async function measure(start, workload) {
  const target = await start(workload);
  try {
    if (workload.mode !== 'options')
      await lib.sipload({ mode: 'register-auth', once: true, window: 8, callee: CALLEE });
    const cpu = { target: target.pids(), db: [lib.dbPid()] };
    const load = { mode: workload.mode, window: workload.window, secs: seconds, callee: CALLEE, cpu, pin: 1 };
    const result = await lib.sipload(load);
    if (result.fail > 0) throw new Error(`${result.fail} operations failed: ${JSON.stringify(result)}`);
    return result;
  } finally {
    await target.stop();
  }
}

process.env.BENCH_KAMAILIO_MEM ??= 'tlsf';
await lib.dbUp();
lib.dbSeed();
const created = spawnSync(process.execPath, [SIPCTL, 'db', 'create'], {
  env: { ...process.env, SIPCTL_DB: lib.DBURL },
});
if (created.status !== 0) throw new Error(created.stderr.toString());
console.log('| workload | Kamailio tuned: op/s, us/op | sipctl: op/s, us/op | ratio of op/s | ratio of us/op |');
console.log('|---|---|---|---|---|');
for (const [name, workload] of Object.entries(WORKLOADS)) {
  const results = { kamailio: [], sipctl: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [target, start] of Object.entries(TARGETS)) results[target].push(await measure(start, workload));
  }
  const median = (target, field) => lib.med(results[target].map((result) => result[field]));
  const row = Object.keys(TARGETS).map((target) => [median(target, 'ops_s'), median(target, 'target_us_per_op')]);
  const shown = row.map(([ops, cost]) => `${Math.round(ops)}, ${cost.toFixed(1)}`);
  const ratios = [row[1][0] / row[0][0], row[1][1] / row[0][1]].map((ratio) => ratio.toFixed(2));
  console.log(`| ${[name, ...shown, ...ratios].join(' | ')} |`);
}
await lib.dbDown();
