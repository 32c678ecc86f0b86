import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { greyFrame, openTestSink } from './written-video.ts';

/** A program that writes frames forever, and reports its start. A test starts and kills it. */
const [input = '', output = ''] = process.argv.slice(2);
const timeBase = { num: 1, den: 25 };
const sink = await openTestSink({ binaries: await findBinaries(), input, output, timeBase });
for (let index = 0; ; index += 1) {
  await sink.write(greyFrame(index, index, { timeBase }));
  if (index === 50) process.stdout.write('begun\n');
}
