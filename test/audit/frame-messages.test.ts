import { beforeAll, expect, test } from 'vitest';
import { messageProblems } from '../../src/audit/frame-messages.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

beforeAll(async () => {
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=160x120:r=25:d=1',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    at('plain.mp4'),
  );
});

async function problemsOf(name: string): Promise<string[]> {
  const binaries = await findBinaries();
  return messageProblems(at(name), await probe(at(name), binaries), binaries);
}

test.for(['mp4', 'mkv', 'ts', 'h264'])('a place within the frames of a .%s is named', async (kind) => {
  const message = 'h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+48.13N11.57E';
  await ffmpeg('-i', at('plain.mp4'), '-c', 'copy', '-bsf:v', message, at('said.mkv'));
  await ffmpeg('-i', at('said.mkv'), '-c', 'copy', at(`place.${kind}`));
  expect(await problemsOf(`place.${kind}`)).toEqual([
    expect.stringMatching(/^The frames of stream 0 carry \d+ bytes of messages/),
  ]);
});

test.for([
  ['h264', 'libx264'],
  ['hevc', 'libx265'],
] as const)('what the encoder of %s says of itself is not named', async ([kind, encoder], { skip }) => {
  const args = ['-i', at('plain.mp4'), '-frames:v', '5', '-c:v', encoder, at(`${kind}.mp4`)];
  await ffmpeg(...args).catch(() => {
    skip(`this ffmpeg lacks ${encoder}`);
  });
  expect(await problemsOf(`${kind}.mp4`)).toEqual([]);
});
