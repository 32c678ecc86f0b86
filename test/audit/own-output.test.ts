import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src/documents/write-report.ts';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { scriptedDetector } from '../support/scripted-detector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const builds = Object.entries(await ffmpegBuilds());
const FRAMES = 30;

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: FRAMES / 25, size: '320:180' });
});

afterAll(() => {
  vi.unstubAllEnvs();
});

describe.each(builds)('what %s wrote', (name, { ffmpeg }: Binaries) => {
  test.each(['mp4', 'mkv'])('as .%s belongs to its own report', async (extension) => {
    vi.resetModules();
    vi.stubEnv('FFMPEG_PATH', ffmpeg.path);
    const { anonymizeFile, resolveConfig } = await import('../../src/index.ts');
    const { auditFile } = await import('../../src/audit/audit-file.ts');
    const { readCoveredTracks } = await import('../../src/documents/read-report.ts');
    const [output, reportPath] = [at(`${name}.${extension}`), at(`${name}.${extension}.json`)];
    const detector = scriptedDetector();
    await anonymizeFile({ input: at('clip.mp4'), config: resolveConfig(), output, reportPath, detector });
    const written = JSON.parse(await readFile(reportPath, 'utf8')) as Report;
    expect(written.frames).toBe(FRAMES);

    const report = await readCoveredTracks(reportPath);
    const { frames, problems } = await auditFile({ path: output, detector: scriptedDetector(), report });
    expect(problems).toEqual([]);
    expect([FRAMES, FRAMES + written.closingFrames]).toContain(frames);
  });
});
