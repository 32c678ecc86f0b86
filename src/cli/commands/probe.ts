import { resolveConfig } from '../../config/load.ts';
import { EXIT } from '../../errors.ts';
import type { InputReading } from '../../frame/input-reading.ts';
import { silentLogger } from '../../logger.ts';
import { openInput } from '../../pipeline/file/media.ts';
import type { Io } from '../io.ts';
import { printable } from '../report/terminal-text.ts';
import { withSignals } from '../shutdown.ts';

/**
 * Shows how Veil reads a file. It decodes no frames, so it does not find damage.
 *
 * @returns the exit code: 3 if there are doubts
 * @throws VeilError every INPUT_ reason
 */
export async function probeInput(input: string, isJson: boolean, io: Io): Promise<number> {
  return withSignals(io, async (signal) => {
    const media = await openInput({
      input,
      config: resolveConfig(),
      detector: null,
      signal,
      logger: silentLogger,
    });
    try {
      const { reading } = media;
      const [notes, doubts] = [media.notes(), media.doubts()];
      io.stdout.write(
        isJson
          ? `${JSON.stringify({ input, ...reading, notes, doubts })}\n`
          : `${[...rowsOf(reading), ...notes].map(printable).join('\n')}\n`,
      );
      return doubts.length > 0 ? EXIT.review : EXIT.done;
    } finally {
      await media.source[Symbol.asyncDispose]();
    }
  });
}

function rowsOf({ format, bytes, duration, video, audio }: InputReading): string[] {
  const rows: [name: string, value: string][] = [
    ['container', format],
    ['size', `${bytes} bytes`],
    ['duration', secondsText(duration)],
    [
      'video',
      `stream ${video.stream} of ${video.of} with pictures: ${video.codec}, ${secondsText(video.duration)}`,
    ],
    ['picture', pictureText(video)],
    [
      'frames',
      `${video.frames ?? 'number unknown'}, ${video.frameRate.toFixed(3)} a second, ${video.fieldOrder}`,
    ],
    ['colours', coloursText(video)],
    ...audio.map(({ stream, codec, channels, language, offset }): [string, string] => [
      'sound',
      `stream ${stream}: ${codec ?? 'unknown codec'}, ${channels} channels${language === null ? '' : `, ${language}`}, ` +
        `${offset >= 0 ? '+' : ''}${offset.toFixed(3)} s beside the picture`,
    ]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)} ${value}`);
}

function pictureText({ stored, shown, rotation, pixelShape }: InputReading['video']): string {
  const upright = rotation % 180 === 90 ? shown.split('x').reverse().join('x') : shown;
  const isStored = rotation === 0 && stored === upright;
  const changes = [
    ...(stored === upright ? [] : [`cut to ${upright}`]),
    ...(rotation === 0 ? [] : [`turned by ${Number(rotation.toFixed(1))}°`]),
  ];
  return `${shown}${isStored ? '' : `, stored as ${stored} and ${changes.join(', then ')}`}, pixels ${pixelShape}`;
}

function coloursText(video: InputReading['video']): string {
  const { pixelFormat, bitDepth, range, space, primaries, transfer, hasAlpha, dolbyVision } = video;
  const names = [range, space, primaries, transfer].map((name) => name ?? 'unknown').join('/');
  const more = [
    ...(hasAlpha ? ['transparency'] : []),
    ...(dolbyVision === null ? [] : [`Dolby Vision profile ${dolbyVision}`]),
  ];
  return [`${pixelFormat}, ${bitDepth} bits, ${names}`, ...more].join(', ');
}

function secondsText(seconds: number | null): string {
  return seconds === null ? 'duration unknown' : `${seconds.toFixed(3)} s`;
}
