import { describe, expect, it } from 'vitest';
import { avfoundationCameras, dshowCameras } from '../../../src/cli/input/cameras.ts';
import { veil } from '../memory-io.ts';

describe('veil doctor', () => {
  it('tells of every area what works, tries the default detector, and says 0 when Veil can work', async () => {
    const { code, out } = await veil(['doctor', '--json'], { env: { VEIL_HOME: '/nonexistent/veil' } });
    const { ready, findings } = JSON.parse(out) as {
      ready: boolean;
      findings: { area: string; name: string; works: boolean; detail: string }[];
    };
    expect(findings.every(({ detail }) => detail !== '')).toBe(true);
    const areas = new Set(findings.map(({ area }) => area));
    expect([...areas]).toEqual([
      'system',
      'ffmpeg',
      'hardware',
      'engine',
      'gpu',
      'detector',
      'model',
      'camera',
    ]);
    expect(findings.find(({ name }) => name === 'crowd')).toMatchObject({
      works: true,
      detail: expect.stringMatching(/ on \w+ .*, \d+ ms a look/) as string,
    });
    expect(findings.find(({ name }) => name === 'ffmpeg')?.detail).toMatch(/^\S*\d\S*, .*ffmpeg/);
    expect(findings.find(({ name }) => name === 'yunet')?.detail).toContain('veil models pull yunet');
    expect(ready).toBe(true);
    expect(code).toBe(0);
  });
});

describe('the cameras that ffmpeg lists', () => {
  it('on macOS come without microphones', () => {
    const text = [
      '[AVFoundation indev @ 0x1] AVFoundation video devices:',
      '[AVFoundation indev @ 0x1] [0] FaceTime HD Camera',
      '[AVFoundation indev @ 0x1] [1] Capture screen 0',
      '[AVFoundation indev @ 0x1] AVFoundation audio devices:',
      '[AVFoundation indev @ 0x1] [0] MacBook Pro Microphone',
    ].join('\n');
    expect(avfoundationCameras(text).map(({ device, name }) => [device, name])).toEqual([
      ['0', 'FaceTime HD Camera'],
      ['1', 'Capture screen 0'],
    ]);
  });

  it('on Windows are those of kind video, in the ways of old and new builds', () => {
    const now = [
      '[dshow @ 0001] "Integrated Camera" (video)',
      '[dshow @ 0001]   Alternative name "@device_pnp_x"',
      '[dshow @ 0001] "Microphone (Realtek)" (audio)',
    ].join('\r\n');
    const before = [
      '[dshow @ 0001] DirectShow video devices',
      '[dshow @ 0001]  "USB Cam"',
      '[dshow @ 0001]     Alternative name "@device_pnp_x"',
      '[dshow @ 0001] DirectShow audio devices',
      '[dshow @ 0001]  "Microphone"',
    ].join('\n');
    expect(dshowCameras(now).map(({ device }) => device)).toEqual(['video=Integrated Camera']);
    expect(dshowCameras(before).map(({ device }) => device)).toEqual(['video=USB Cam']);
  });
});
