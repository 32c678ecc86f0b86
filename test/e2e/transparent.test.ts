import { beforeAll, expect, test } from 'vitest';
import { carryVideo } from '../support/carried-video.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../support/video-source.ts';

const binaries = Object.values(await ffmpegBuilds())[0]!;
const at = temporaryFolder();

beforeAll(async () => {
  // White all over; the right half is transparent.
  const graph = "color=s=64x48:r=5:d=0.4,format=rgba,geq=r=255:g=255:b=255:a='if(lt(X,32),255,0)'";
  await makeVideo(binaries, at('film.mov'), graph, '-c:v', 'qtrle');
  await makeVideo(binaries, at('film.webm'), graph, '-c:v', 'libvpx-vp9', '-pix_fmt', 'yuva420p');
});

test.each(['mov', 'webm'])('what is transparent in an .%s is not seen in the output', async (ending) => {
  const output = at(`${ending}.mp4`);
  const notes = await carryVideo(at(`film.${ending}`), output);
  const [, frames] = await decodeVideo(output, binaries, { sizes: [], interval: 60 });
  const { data } = frames[0]!.frame;
  expect(data[24 * 64 + 10]!).toBeGreaterThan(225);
  expect(data[24 * 64 + 54]!).toBeLessThan(40);
  expect(notes.join()).toContain('transparent becomes black');
});
