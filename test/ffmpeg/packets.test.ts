import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';
import { listPackets } from '../../src/ffmpeg/packets.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

describe('the packets of a file', () => {
  let binaries: Binaries;
  beforeAll(async () => {
    binaries = await findBinaries();
    const args = ['-f', 'lavfi', '-i', 'sine=f=440:d=1', '-c:a', 'alac', at('alac.mkv')];
    await capture(binaries.ffmpeg.path, ['-v', 'error', '-y', ...args]);
  });

  test('a packet at the start that states no duration is played', async () => {
    const packets = [...(await listPackets(at('alac.mkv'), binaries))!];
    expect(packets[0]).toMatchObject({ time: 0, duration: null, isHidden: false });
    expect(packets.some(({ isHidden }) => isHidden)).toBe(false);
  });
});
