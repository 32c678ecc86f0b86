import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { anonymizeFile } from '../../src/pipeline/file/anonymize-file.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { scriptedDetector } from '../support/scripted-detector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: 1 });
});

it('names no folder in the report and the tracks file, whatever paths were given', async () => {
  const model = '/home/alice/models/mine.onnx';
  const paths = { reportPath: at('report.json'), tracksPath: at('tracks.json') };
  await anonymizeFile({
    input: at('clip.mp4'),
    output: at('clip.veil.mp4'),
    ...paths,
    config: resolveConfig({ detector: model, report: paths.reportPath }),
    detector: { ...scriptedDetector(), name: model },
  });
  for (const path of Object.values(paths)) {
    const text = await readFile(path, 'utf8');
    expect(text).toContain('mine.onnx');
    expect(text).not.toContain('alice');
    expect(text).not.toContain(dirname(paths.reportPath));
  }
});
