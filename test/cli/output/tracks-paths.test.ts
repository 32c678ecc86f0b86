import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOutputs } from '../../../src/cli/output/outputs.ts';
import { findTracks, planTracks } from '../../../src/cli/output/tracks-paths.ts';
import { resolveConfig } from '../../../src/config/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();
const inputsOf = (...names: string[]) => names.map((name) => ({ path: at(name), relative: name }));

describe('the names of tracks files', () => {
  it('are found again by what wrote them, beside the inputs and in a folder', async () => {
    const inputs = inputsOf('a.mov', 'a.mp4', 'b.mp4');
    const [beside, below] = [undefined, `${at('tracks')}/`];
    for (const output of [beside, below]) {
      const planned = await planTracks(inputs, { output, several: true });
      expect(new Set(planned.map(({ tracks }) => tracks)).size).toBe(3);
      if (output !== undefined) await mkdir(output);
      for (const { tracks } of planned) await writeFile(tracks, '');
      const found = await findTracks(inputs, { tracks: output, several: true });
      expect([...found]).toEqual(planned.map(({ input, tracks }) => [input, tracks]));
    }
  });

  it('are those that -o and --tracks-out ask for', async () => {
    const inputs = inputsOf('a.mp4');
    expect(await planTracks(inputs, { output: '-t.json', several: false })).toEqual([
      { input: at('a.mp4'), tracks: './-t.json' },
    ]);
    const { video } = resolveConfig();
    const plan = (tracksOut: string) =>
      planOutputs(inputs, { output: at('safe.mp4'), report: false, video, several: false, tracksOut });
    expect((await plan(at('t.json')))[0]!.tracks).toBe(at('t.json'));
    expect((await plan(`${at('far')}/`))[0]!.tracks).toBe(join(at('far'), 'safe.veil.tracks.json'));
  });
});
