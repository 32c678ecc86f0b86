import { describe, expect, test } from 'vitest';
import {
  alsaMicrophones,
  avfoundationMicrophones,
  dshowMicrophones,
  pulseMicrophones,
} from '../../../src/cli/input/microphones.ts';

describe('microphones are read from the listing', () => {
  test('of the Linux kernel, without what only plays', () => {
    const text = `00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
01-00: USB Audio : USB Audio : capture 1
`;
    expect(alsaMicrophones(text)).toEqual([
      { device: 'hw:0,0', name: 'ALC257 Analog' },
      { device: 'hw:1,0', name: 'USB Audio' },
    ]);
    expect(alsaMicrophones('')).toEqual([]);
  });

  test('of a sound server', () => {
    const text = `Auto-detected sources for pulse:
* alsa_input.usb-Cam_1-02.mono-fallback [Cam Mono] (audio)
  alsa_output.pci-0000.analog-stereo.monitor [Monitor of Built-in Audio] (audio)
  older.one [Without a kind]
`;
    expect(pulseMicrophones(text).map(({ device }) => device)).toEqual([
      'pulse:alsa_input.usb-Cam_1-02.mono-fallback',
      'pulse:alsa_output.pci-0000.analog-stereo.monitor',
      'pulse:older.one',
    ]);
    expect(
      pulseMicrophones('Auto-detected sources for pulse:\nCannot list sources: Generic error\n'),
    ).toEqual([]);
  });

  test('of macOS and Windows, without the cameras', () => {
    const mac = `[AVFoundation indev @ 0x7f8] AVFoundation video devices:
[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera
[AVFoundation indev @ 0x7f8] AVFoundation audio devices:
[AVFoundation indev @ 0x7f8] [0] MacBook Pro Microphone
: Input/output error`;
    expect(avfoundationMicrophones(mac)).toEqual([{ device: '0', name: 'MacBook Pro Microphone' }]);
    const now = `[dshow @ 000001] "Integrated Camera" (video)
[dshow @ 000001]   Alternative name "@device_pnp_x"
[dshow @ 000001] "Microphone Array" (audio)
dummy: Immediate exit requested`;
    const before = `[dshow @ 000001] DirectShow video devices
[dshow @ 000001]  "USB Cam"
[dshow @ 000001] DirectShow audio devices
[dshow @ 000001]  "USB Mic"`;
    expect(dshowMicrophones(now).map(({ device }) => device)).toEqual(['Microphone Array']);
    expect(dshowMicrophones(before).map(({ device }) => device)).toEqual(['USB Mic']);
  });
});
