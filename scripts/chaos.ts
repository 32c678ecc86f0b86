/**
 * A queue in bad weather: `npm run build && npm run chaos -- [--files N] [--long SECONDS] [--parts SECONDS]
 * [--workers N] [--every SECONDS] [--for SECONDS]`. Files on a shared folder and in S3-type storage, and a long one in
 * parts, are covered by several workers while every few seconds something breaks: a worker is killed, Redis restarted,
 * the storage refuses, a worker stands still or is cut off, the disk is full. At the end every output must be there, be
 * the same as an undisturbed worker makes it, pass its audit, and nothing else may be left. Needs redis-server; the
 * network and the disk are broken where it may use `ip netns` and `mount`. Linux only.
 */
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256OfFile } from '../src/base/sha256.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { S3 } from '../src/jobs/storage/s3.ts';
import { S3_KEYS, startS3 } from '../test/jobs/support/s3-server.ts';
import { startRedis } from '../test/jobs/support/redis-server.ts';
import { startWorker } from '../test/jobs/support/worker-process.ts';
import { breakThings, FAULT_OF_VEIL } from './chaos/faults.ts';
import { Crew } from './chaos/crew.ts';
import { makeFootage } from './chaos/footage.ts';
import { layCable, mountDisk } from './chaos/machine.ts';
import { QueueOfFiles } from './chaos/queue-of-files.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '40' },
    long: { type: 'string', default: '1200' },
    parts: { type: 'string', default: '60' },
    workers: { type: 'string', default: '4' },
    every: { type: 'string', default: '10' },
    for: { type: 'string', default: '300' },
  },
});
const [files, workers] = [Number(values.files), Number(values.workers)];
const LEASE = 5;
/** Megabytes of the disk for the shared folder and fetched files. */
const DISK = 1024;
const MAIN = join(import.meta.dirname, '../dist/cli/main.js');

const began = performance.now();
const say = (text: string): void => {
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`);
};

const folder = await mkdtemp(join(tmpdir(), 'veil-chaos-'));
const at = (...names: string[]): string => join(folder, ...names);
for (const name of ['redis', 's3', 'disk', 'calm']) await mkdir(at(name));
await using disk = await mountDisk(at('disk'), DISK);
await using cable = await layCable();
for (const name of ['share', 'scratch']) await mkdir(at('disk', name));
await using redis = await startRedis(at('redis'), undefined, cable?.here);
await using storage = await startS3(at('s3'), '0.0.0.0');
Object.assign(process.env, S3_KEYS);
const s3 = await S3.open(storage.env);
say(`network ${cable === null ? 'left alone' : 'cut'}, disk ${disk === null ? 'left alone' : 'filled'}`);

const { ffmpeg } = await findBinaries();
const footage = await makeFootage(ffmpeg.path, at('calm'), { files, long: Number(values.long) });
const options = ['--effort', 'fast', '--preset', 'ultrafast', '--findings', 'tell', '--parts', values.parts];
const problems: string[] = [];
const start = (place: number) => {
  const isFar = cable !== null && place === 0;
  const url = isFar ? `redis://${cable.here}:${redis.port}` : redis.url;
  return startWorker(
    [
      ...['--from', url, '--lease', `${LEASE}`, '--scratch', at('disk/scratch'), '-v'],
      ...['--root', at('disk/share'), '--root', at('calm'), '--root', 's3://footage'],
      ...(isFar ? ['--remote-redis'] : []),
    ],
    {
      main: [MAIN],
      env: isFar ? storage.envAt(cable.here) : storage.env,
      ...(isFar ? { wrap: cable.wrap } : {}),
    },
  );
};

// Expected outputs: one undisturbed worker covers each kind of clip once.
const queue = new QueueOfFiles(redis.url, MAIN);
const calm = new Crew(1, () => start(1));
for (const clip of footage.kinds) await queue.add(at('calm', clip), ...options);
await queue.ended();
await calm.stop();
const wanted = new Map<string, string>();
for (const clip of footage.kinds) wanted.set(clip, await sha256OfFile(outputOf(at('calm', clip))));
say(`${footage.kinds.length} kinds of clips covered in calm weather`);

for (const { name, clip, isStored } of footage.files) {
  if (isStored) await s3.put({ kind: 's3', bucket: 'footage', key: name }, at('calm', clip));
  else await copyFile(at('calm', clip), at('disk/share', name));
  await queue.add(isStored ? `s3://footage/${name}` : at('disk/share', name), ...options);
}
const stormAt = performance.now();
const crew = new Crew(workers, start);
const counts = await breakThings(
  { crew, redis, storage, cable, disk, leaseMs: LEASE * 1000 },
  { everyMs: 1000 * Number(values.every), forMs: 1000 * Number(values.for) },
  say,
);
say('nothing breaks any more');
let retries = 0;
for (;;) {
  const failed = await queue.ended();
  if (failed.length === 0) break;
  for (const { name, reason } of failed) say(`${name} failed (${reason}) and begins anew`);
  retries += failed.length;
  if (retries > 3 * footage.files.length) throw new Error('Files fail again and again.');
  await queue.retry(failed.map(({ id }) => id));
}
const seconds = (performance.now() - stormAt) / 1000;
await crew.stop();
// A worker that starts removes what killed ones have left.
const last = new Crew(1, start);
await last.any().says(/waits for jobs/);
await last.stop();

for (const { name, clip, isStored } of footage.files) {
  const output = outputOf(name);
  if (isStored)
    await s3.fetch({ kind: 's3', bucket: 'footage', key: output }, at(output)).catch(() => undefined);
  const path = isStored ? at(output) : at('disk/share', output);
  const hash = await sha256OfFile(path).catch(() => null);
  if (hash === null) problems.push(`${output} is missing.`);
  else if (hash !== wanted.get(clip)) problems.push(`${output} is not what an undisturbed worker makes.`);
}
const expected = (stored: boolean): string[] =>
  footage.files
    .filter(({ isStored }) => isStored === stored)
    .flatMap(({ name }) => [name, ...resultsOf(name)]);
const listed = await s3.list({ kind: 's3', bucket: 'footage', key: '' });
compare('shared folder', await readdir(at('disk/share')), expected(false));
compare(
  'storage',
  listed.map(({ key }) => key),
  expected(true),
);
compare('folder for what is fetched', await readdir(at('disk/scratch')), []);
compare('uploads', [...(await storage.openUploads())], []);
for (const { name } of footage.files.filter(({ isStored }) => isStored)) {
  const times = storage.requests.filter(
    ({ method, url, status }) =>
      method === 'POST' && status === 200 && url.includes(`/${outputOf(name)}?uploadId=`),
  ).length;
  if (times !== 1) problems.push(`${outputOf(name)} was published ${times} times.`);
}
if (counts.has(FAULT_OF_VEIL)) problems.push('A worker has ended by itself.');
const said = crew.said();
const many = (pattern: RegExp): number => said.match(pattern)?.length ?? 0;
say(
  [
    `${footage.files.length} files with ${workers} workers in ${seconds.toFixed(0)} s;`,
    [...counts].map(([name, count]) => `${name}: ${count}`).join(', '),
    `; ${many(/ begins\./g)} jobs begun, ${many(/ is done\./g)} done, ${many(/taken from a worker/g)} taken over,`,
    `${many(/will be tried again/g)} failures tried again, ${retries} begun anew by hand`,
  ].join(' '),
);
for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error(said.split('\n').slice(-60).join('\n'));
await crew.kill();
s3.close();
await disk?.[Symbol.asyncDispose]();
await rm(folder, { recursive: true, force: true });
if (problems.length > 0) process.exitCode = 1;
else say('Every output is there, whole, once and the same; nothing else is left.');

function compare(place: string, found: readonly string[], wantedNames: readonly string[]): void {
  const extra = found.filter((name) => !wantedNames.includes(name));
  const missing = wantedNames.filter((name) => !found.includes(name));
  if (extra.length > 0) problems.push(`In the ${place} is left: ${extra.join(', ')}.`);
  if (missing.length > 0) problems.push(`In the ${place} is missing: ${missing.join(', ')}.`);
}

function outputOf(path: string): string {
  return path.replace(/\.mp4$/, '.veil.mp4');
}

function resultsOf(name: string): string[] {
  return ['.veil.mp4', '.veil.report.json', '.veil.tracks.json'].map((ending) =>
    name.replace(/\.mp4$/, ending),
  );
}
