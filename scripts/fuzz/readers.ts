import { createRequire } from 'node:module';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { loadConfig } from '../../src/config/load.ts';
import { readCoveredTracks } from '../../src/documents/read-report.ts';
import { readTracks } from '../../src/documents/tracks-document.ts';
import { VeilError } from '../../src/errors.ts';
import { NutError } from '../../src/ffmpeg/nut/format.ts';
import { NutReader } from '../../src/ffmpeg/nut/reader.ts';
import { NutWriter } from '../../src/ffmpeg/nut/writer.ts';
import { hasSecondView } from '../../src/ffmpeg/second-view.ts';
import { floats, valueInfo } from '../../src/inference/onnx/elements.ts';
import { encodeOnnx, ONNX_TYPE } from '../../src/inference/onnx/messages.ts';
import { readOnnxFile } from '../../src/inference/onnx/model-file.ts';
import { readSafetensors } from '../../src/models/safetensors.ts';
import { parseTflite } from '../../src/models/tflite/tflite-model.ts';
import { decodeObservations } from '../../src/observe/observation-text.ts';
import { readClientMessage } from '../../src/preview/protocol.ts';
import { EditLog, holdLog } from '../../src/review/edit-log.ts';
import { readPageMessage } from '../../src/review/server/protocol.ts';
import { endsInPacket } from '../../src/source/file/cut-off.ts';
import { pictureFormatOf } from '../../src/source/photo/picture-format.ts';
import { trailingProblems } from '../../src/audit/trailing-bytes.ts';
import type { BaseFile } from './base-files.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from '../random.ts';
import * as samples from './samples.ts';

/** A reader of a format of our own, or of the structure of a container. */
export interface ReaderTarget {
  readonly name: string;
  /** Inputs as they should be, which are read. */
  readonly bases: readonly Buffer[];
  readonly damage: (base: Buffer, random: Random) => Buffer;
  /** Reads it, at once or later, or fails with an error that {@link isExpected} knows. */
  readonly read: (bytes: Buffer) => unknown;
  readonly isExpected: (error: unknown) => boolean;
}

/** All readers that are fuzzed in this process. */
export async function readerTargets(folder: string, files: readonly BaseFile[]): Promise<ReaderTarget[]> {
  const path = join(folder, 'reader-input');
  const fromFile =
    (read: (path: string) => Promise<unknown>) =>
    async (bytes: Buffer): Promise<unknown> => {
      await writeFile(path, bytes);
      return read(path);
    };
  type Rest = Pick<ReaderTarget, 'read' | 'isExpected'>;
  const binary = (name: string, base: Buffer, rest: Rest): ReaderTarget => {
    return { name, bases: [base], damage: mutateBytes, ...rest };
  };
  const json = (
    name: string,
    texts: readonly string[],
    read: ReaderTarget['read'],
    ...codes: string[]
  ): ReaderTarget => ({
    ...{ name, read, bases: texts.map((text) => Buffer.from(text)), isExpected: withCode(...codes) },
    damage: (base, random) => mutateJson(base.toString(), random),
  });
  return [
    binary('NUT', nutFile(), { read: readNut, isExpected: (error) => error instanceof NutError }),
    binary('TFLite', await tfliteFile(), {
      read: (bytes) => parseTflite(bytes),
      isExpected: (error) => error instanceof RangeError,
    }),
    binary('safetensors', samples.safetensors(), {
      read: fromFile(readSafetensors),
      isExpected: withCode('DETECTOR_UNAVAILABLE'),
    }),
    binary('ONNX', onnxFile(), { read: fromFile(readOnnxFile), isExpected: withCode('MODEL_INVALID') }),
    json('tracks', samples.TRACKS, fromFile(readTracks), 'TRACKS_INVALID'),
    json('report', samples.REPORTS, fromFile(readCoveredTracks), 'INPUT_UNREADABLE'),
    json('config', samples.CONFIGS, fromFile(readConfig), 'CONFIG_INVALID'),
    json('observations', samples.OBSERVATIONS, readObservations, 'OBSERVATIONS_INVALID'),
    json('preview message', samples.PREVIEW_MESSAGES, (bytes) => readClientMessage(bytes.toString())),
    json('review message', samples.REVIEW_MESSAGES, (bytes) => readPageMessage(bytes.toString())),
    {
      name: 'edit log',
      bases: [Buffer.from(samples.EDIT_LOG.join(''))],
      damage: damageLines,
      read: fromFile(openLog),
      isExpected: withCode('EDIT_REFUSED'),
    },
    {
      name: 'container',
      bases: files.map(({ bytes }) => Buffer.from(bytes)),
      damage: mutateBytes,
      read: fromFile(readStructure),
      isExpected: () => false,
    },
  ];
}

function withCode(...codes: readonly string[]): (error: unknown) => boolean {
  return (error) => error instanceof VeilError && codes.includes(error.code);
}

/** Ten frames of 64x48. */
function nutFile(): Buffer {
  const writer = new NutWriter({ width: 64, height: 48, timeBase: { num: 1, den: 1000 } });
  const pixels = new Uint8Array((64 * 48 * 3) / 2).fill(90);
  const frames = Array.from({ length: 10 }, (_, index) => writer.frame(index * 40, pixels));
  return Buffer.concat([writer.header(), ...frames.flat()]);
}

async function readNut(bytes: Buffer): Promise<void> {
  const reader = new NutReader(Readable.from([bytes]), { maxFrameBytes: 65_536, maxStreams: 2 });
  if ((await reader.open()) === null) return;
  while ((await reader.next()) !== null);
}

/** A real network. */
async function tfliteFile(): Promise<Buffer> {
  const main = createRequire(import.meta.url).resolve('@mediapipe/face_detection/package.json');
  return readFile(join(dirname(main), 'face_detection_short_range.tflite'));
}

function onnxFile(): Buffer {
  const node = { opType: 'Conv', input: ['picture', 'w'], output: ['out'], attribute: [] };
  const graph = {
    ...{ node: [node], name: 'g', initializer: [floats('w', [1, 3, 1, 1], [1, 1, 1])] },
    ...{ input: [valueInfo('picture', ONNX_TYPE.float, [1, 3, 64, 64])], valueInfo: [] },
    output: [valueInfo('out', ONNX_TYPE.float, [1, 1, 64, 64])],
  };
  return Buffer.from(encodeOnnx({ irVersion: 8, opsetImport: [{ domain: '', version: 13 }], graph }));
}

function readConfig(path: string): Promise<unknown> {
  return loadConfig({ files: [path] });
}

function readObservations(bytes: Buffer): unknown {
  return decodeObservations(bytes.toString());
}

/** Some lines of JSON as such, or the text. */
function damageLines(base: Buffer, random: Random): Buffer {
  if (random.below(2) === 0) return mutateBytes(base, random);
  const lines = base.toString().trimEnd().split('\n');
  const damaged = random.below(lines.length);
  const text = lines.map((line, at) => (at === damaged ? mutateJson(line, random).toString() : line));
  return Buffer.from(`${text.join('\n')}\n`);
}

async function openLog(path: string): Promise<void> {
  await rm(`${path}.lock`, { force: true });
  const held = await holdLog(path, false);
  const log = await EditLog.open(path, { held, tracks: 'a'.repeat(64), by: 'fuzz' });
  await log[Symbol.asyncDispose]();
}

/** The parts of containers that are read without ffmpeg. */
async function readStructure(path: string): Promise<void> {
  const { length: size } = await readFile(path);
  await pictureFormatOf(path);
  await hasSecondView(path);
  await trailingProblems(path);
  for (const format of ['mov,mp4,m4a', 'matroska,webm', 'mpegts', 'mpeg', 'ogg', 'flv', 'avi']) {
    await endsInPacket(path, { format, size });
  }
}
