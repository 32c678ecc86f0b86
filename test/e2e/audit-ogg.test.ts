import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { featuresOf } from '../../src/ffmpeg/features.ts';
import { veil } from '../cli/memory-io.ts';
import { ffmpeg } from '../support/covered-file.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

const { ffmpeg: found } = await findBinaries();
const { fpsMode: isNew } = await featuresOf(found.path);

/** Older builds read on into the second film, and fail at it. */
test.skipIf(!isNew)('an audit looks for faces in a film behind another one in an Ogg file', async () => {
  const encoding = ['-pix_fmt', 'yuv420p', '-c:v', 'libtheora', '-q:v', '9', '-c:a', 'libvorbis'];
  const tone = ['-f', 'lavfi', '-i', 'sine=d=0.4'];
  await makePhotoClip(found.path, at('faces.mp4'), { seconds: 0.4 });
  await ffmpeg('-f', 'lavfi', '-i', 'color=gray:s=640x360:r=25:d=0.4', ...tone, ...encoding, at('grey.ogv'));
  // With numbers of its own: other streams than those of the first film.
  await ffmpeg('-i', at('faces.mp4'), ...tone, ...encoding, '-serial_offset', '8', at('faces.ogv'));
  const films = await Promise.all(['grey.ogv', 'faces.ogv'].map((name) => readFile(at(name))));
  await writeFile(at('films.ogv'), Buffer.concat(films));
  const { code, out } = await veil(['audit', at('films.ogv'), '--json']);
  const { findings } = JSON.parse(out) as { findings: { where?: string }[] };
  expect(code).toBe(3);
  expect(findings[0]?.where).toBe('the bytes behind its end');
});
