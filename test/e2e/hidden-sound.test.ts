import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { veil } from '../cli/memory-io.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
/** A build that can create the files and ignore edit lists. */
const tool = Object.values(await ffmpegBuilds())[0]!.ffmpeg.path;

beforeAll(async () => {
  // A tone of 3 kHz for a second, then one of 300 Hz: a cut after 1.2 s hides the first behind an edit list.
  const tones = "aevalsrc='if(lt(t,1),0.7*sin(2*PI*3000*t),0.3*sin(2*PI*300*t))':s=48000:d=3";
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=3'];
  const encoding = ['-c:v', 'libx264', '-g', '100', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  await run([...picture, '-f', 'lavfi', '-i', tones, ...encoding, at('whole.mp4')]);
  await run(['-ss', '1.2', '-i', at('whole.mp4'), '-c', 'copy', at('cut.mp4')]);
  // As long as the priming of encoders.
  const blip = "aevalsrc='if(lt(t,0.06),0.7*sin(2*PI*3000*t),0.3*sin(2*PI*300*t))':s=48000:d=2";
  await run([...picture, '-f', 'lavfi', '-i', blip, ...encoding, '-t', '2', at('blip.mp4')]);
  await run(['-ss', '0.06', '-i', at('blip.mp4'), '-c', 'copy', at('short.mp4')]);
  // Much quieter than the rest.
  const quiet =
    "aevalsrc='if(lt(t,0.06),0.02*sin(2*PI*3000*t),min(1,(t-0.06)*20)*0.7*sin(2*PI*300*t))':s=48000:d=2";
  await run([...picture, '-f', 'lavfi', '-i', quiet, ...encoding, '-t', '2', at('quiet-whole.mp4')]);
  await run(['-ss', '0.06', '-i', at('quiet-whole.mp4'), '-c', 'copy', at('quiet.mp4')]);
  // As recordings begin: the encoder smears nothing audible.
  const soft = "aevalsrc='min(t,1)*0.5*sin(2*PI*300*t)':s=48000:d=2";
  await run([...picture, '-f', 'lavfi', '-i', soft, ...encoding, '-t', '2', at('soft.mp4')]);
});

async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await capture(tool, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
}

/** Peak around 3 kHz over all packets of a file, decibels; ignores edit lists of .mp4 and .mov. */
async function peakOfTone(path: string, what: 'all' | 'played' = 'all'): Promise<number> {
  const isMov = /\.(mp4|mov)$/.test(path);
  const input = [...(isMov && what === 'all' ? ['-ignore_editlist', '1'] : []), '-i', path];
  const filter = ['-af', 'bandpass=f=3000:width_type=h:w=200,volumedetect', '-vn', '-f', 'null', '-'];
  const { stderr } = await capture(tool, ['-hide_banner', ...input, ...filter]);
  return Number(/max_volume: (-?[\d.]+) dB/.exec(stderr)![1]);
}

test('the cut file holds the tone that it does not play', async () => {
  expect(await peakOfTone(at('cut.mp4'))).toBeGreaterThan(-10);
});

test.each(['mp4', 'mov', 'mkv', 'webm'])(
  'sound that the input does not play is in no packet of an .%s',
  async (ending) => {
    const output = at(`safe-${ending}.${ending}`);
    const { code, err } = await veil(['blur', at('cut.mp4'), '-o', output, '--preset', 'ultrafast']);
    expect(code).toBe(0);
    expect(err).toContain('encoded anew');
    expect(await peakOfTone(output)).toBeLessThan(-40);
  },
);

test.each(['mp4', 'mkv'])(
  'even the shortest sound that the input does not play is not in an .%s',
  async (ending) => {
    const before = await peakOfTone(at('short.mp4'));
    expect(before).toBeGreaterThan(-20);
    const output = at(`short-${ending}.${ending}`);
    const { err } = await veil(['blur', at('short.mp4'), '-o', output, '--preset', 'ultrafast']);
    expect(err).toContain('encoded anew');
    // The original's encoder has smeared some of it into the played part, old encoders the most.
    expect(await peakOfTone(output)).toBeLessThan(before - 15);
  },
);

test.each(['mp4', 'mkv', 'webm'])(
  'sound that the input does not play is in no .%s, however loud what follows is',
  async (ending) => {
    const played = await peakOfTone(at('quiet.mp4'), 'played');
    expect(await peakOfTone(at('quiet.mp4'))).toBeGreaterThan(played + 6);
    const output = at(`quiet-${ending}.${ending}`);
    const { err } = await veil(['blur', at('quiet.mp4'), '-o', output, '--preset', 'ultrafast']);
    expect(err).toContain('encoded anew');
    expect(await peakOfTone(output)).toBeLessThan(played + 2);
  },
);

test('sound of which all is played is copied', async () => {
  const { err } = await veil(['blur', at('soft.mp4'), '-o', at('copied.mp4'), '--preset', 'ultrafast']);
  expect(err).not.toContain('encoded anew');
  expect(await packets(at('copied.mp4'))).toBe(await packets(at('soft.mp4')));
});

/** Sizes of the packets of the first audio track. */
async function packets(path: string): Promise<string> {
  const { ffprobe } = await findBinaries();
  const what = ['-select_streams', 'a', '-show_entries', 'packet=size', '-of', 'csv=p=0', path];
  return (await capture(ffprobe.path, ['-v', 'error', ...what])).stdout;
}
