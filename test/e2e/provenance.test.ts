import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { provenanceProblems } from '../../src/audit/provenance-problems.ts';
import { readCoveredTracks } from '../../src/documents/read-report.ts';
import { anonymizeFile, resolveConfig, type Report } from '../../src/index.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { scriptedDetector } from '../support/scripted-detector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeVideo } from '../support/video-source.ts';

const at = temporaryFolder();
let output: string;
let reportPath: string;
let report: Report;

beforeAll(async () => {
  [output, reportPath] = [at('out.mp4'), at('out.json')];
  const binaries = Object.values(await ffmpegBuilds())[0]!;
  await makeVideo(binaries, at('in.mp4'), 'testsrc2=s=64x48:r=5:d=0.6', '-c:v', 'libx264');
  await writeFile(at('weights.bin'), 'weights');
  const detector = { ...scriptedDetector(), weightFiles: [at('weights.bin')] };
  const config = resolveConfig({ seal: true, video: { preset: 'ultrafast' } });
  await anonymizeFile({ input: at('in.mp4'), output, reportPath, config, detector });
  report = JSON.parse(await readFile(reportPath, 'utf8')) as Report;
});

async function fileHash(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

test('the report proves input, output, weights and options', async () => {
  const { provenance } = report;
  expect(provenance.input.sha256).toBe(await fileHash(at('in.mp4')));
  expect(provenance.output.sha256).toBe(await fileHash(output));
  expect(provenance.output.bytes).toBe((await readFile(output)).length);
  expect(provenance.weights).toEqual([{ name: 'weights.bin', sha256: await fileHash(at('weights.bin')) }]);
});

test('the seal says the same, and names no folder', async () => {
  const text = await readFile(`${output}.seal.json`, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ format: 'veil-seal/1', ...report.provenance });
  expect(text).not.toContain(at());
});

test('an audit sees that the file or the options are others', async () => {
  const covered = await readCoveredTracks(reportPath);
  expect(await provenanceProblems(output, covered)).toEqual([]);
  expect((await provenanceProblems(at('in.mp4'), covered)).join()).toContain('SHA-256');
  await writeFile(at('forged.json'), JSON.stringify({ ...report, config: { ...report.config, cells: 8 } }));
  const forged = await readCoveredTracks(at('forged.json'));
  expect((await provenanceProblems(output, forged)).join()).toContain('options in the report were changed');
});
