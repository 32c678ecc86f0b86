import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { modelFolder } from '../../config/data-folder.ts';
import { DEFAULT_CRF, type Codec } from '../../config/codecs.ts';
import { createDetector } from '../../detect/create-detector.ts';
import { requireHardwareGpu } from '../../inference/hardware-gpu.ts';
import { createOnnxRuntimeEngine } from '../../inference/onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from '../../inference/tf/tensorflow-engine.ts';
import { BUILT_IN_NAMES, KNOWN_MODELS } from '../../models/model-registry.ts';
import { ModelStore } from '../../models/model-store.ts';
import { VeilError } from '../../errors.ts';
import { findBinaries, type Binaries } from '../../ffmpeg/binaries.ts';
import { silentLogger } from '../../logger.ts';
import { encoderSupportOf, videoEncoderFor } from '../../sink/encoder-support.ts';
import { examineHardware } from '../../sink/hardware/examine-hardware.ts';
import { listCameras } from '../input/cameras.ts';
import { reasonOf } from '../../base/reason.ts';

/** A feature that works on this machine, or not. */
export interface Finding {
  readonly area: 'system' | 'ffmpeg' | 'hardware' | 'engine' | 'gpu' | 'detector' | 'model' | 'camera';
  readonly name: string;
  readonly works: boolean;
  /** Its description, or why it doesn't work. */
  readonly detail: string;
  /** Whether covering is impossible without it. */
  readonly required: boolean;
}

type Facts = Pick<Finding, 'area' | 'name'> & { readonly required?: boolean };

/** A blank picture of a typical look size. */
const TRIAL = { width: 640, height: 384, data: new Uint8Array(640 * 384 * 3) };

/** Tests everything, one after another so that measured times are meaningful. */
export async function* examine(env: Readonly<Record<string, string | undefined>>): AsyncGenerator<Finding> {
  yield system();
  const binaries = await attempt(findBinaries);
  yield* ffmpegFindings(binaries);
  if (!(binaries instanceof VeilError)) yield* hardwareEncoders(binaries);
  yield* engines();
  yield await tried({ area: 'gpu', name: 'WebGPU' }, requireHardwareGpu);
  const store = new ModelStore(modelFolder(env));
  yield* detectors(store);
  yield* models(store);
  if (!(binaries instanceof VeilError)) yield* cameras(binaries);
}

function system(): Finding {
  const cpu = cpus()[0]?.model ?? 'unknown CPU';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const detail = `${platform()} ${release()} ${arch()}, ${cpu}, ${availableParallelism()} threads, ${memory}`;
  return { area: 'system', name: `Node.js ${process.versions.node}`, works: true, detail, required: true };
}

async function* ffmpegFindings(binaries: Binaries | VeilError): AsyncGenerator<Finding> {
  const facts = { area: 'ffmpeg', required: true } as const;
  if (binaries instanceof VeilError) {
    yield { ...facts, name: 'ffmpeg', works: false, detail: why(binaries) };
    return;
  }
  for (const name of ['ffmpeg', 'ffprobe'] as const) {
    const { version, path, origin } = binaries[name];
    yield { ...facts, name, works: true, detail: `${version}, ${path} (${origin})` };
  }
  for (const detail of binaries.notes) {
    yield { ...facts, name: 'note', works: true, detail };
  }
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  for (const codec of Object.keys(DEFAULT_CRF) as Codec[]) {
    const required = codec === 'h264';
    yield await tried({ area: 'ffmpeg', name: codec, required }, () => videoEncoderFor(codec, support));
  }
}

async function* hardwareEncoders({ ffmpeg }: Binaries): AsyncGenerator<Finding> {
  const facts = { area: 'hardware', required: false } as const;
  for await (const { encoder, works, detail } of examineHardware(ffmpeg.path)) {
    yield { ...facts, name: encoder, works, detail };
  }
}

async function* engines(): AsyncGenerator<Finding> {
  for (const provider of ['cpu', 'cuda', 'webgpu'] as const) {
    yield await tried({ area: 'engine', name: `onnxruntime ${provider}` }, async () => {
      await createOnnxRuntimeEngine(provider);
      return 'ready';
    });
  }
  yield await tried({ area: 'engine', name: 'tensorflow' }, async () => {
    const { provider, note } = await createTensorflowEngine();
    return note === '' ? provider : `${provider}; ${note}`;
  });
}

async function* detectors(store: ModelStore): AsyncGenerator<Finding> {
  for (const name of [...BUILT_IN_NAMES, ...(await stored(store))]) {
    yield await tried({ area: 'detector', name, required: name === 'crowd' }, async () => {
      const modelPath = (model: string): Promise<string> => store.resolve(model);
      const detector = await createDetector({
        ...{ detector: name, engine: 'auto', threshold: 0.2, logger: silentLogger, modelPath },
      });
      try {
        await detector.detect([TRIAL]);
        const started = performance.now();
        await detector.detect([TRIAL]);
        const milliseconds = Math.round(performance.now() - started);
        return `${detector.description}, ${milliseconds} ms a look at ${TRIAL.width}x${TRIAL.height}`;
      } finally {
        await detector.close();
      }
    });
  }
}

async function* models(store: ModelStore): AsyncGenerator<Finding> {
  const names = await stored(store);
  for (const name of names) {
    yield await tried({ area: 'model', name }, () => store.resolve(name));
  }
  for (const { name } of KNOWN_MODELS) {
    if (names.includes(name)) continue;
    yield {
      area: 'model',
      name,
      works: false,
      detail: `not stored: veil models pull ${name}`,
      required: false,
    };
  }
}

async function* cameras(binaries: Binaries): AsyncGenerator<Finding> {
  const found = await attempt(() => listCameras(binaries.ffmpeg.path, platform()));
  const facts = { area: 'camera', required: false } as const;
  if (found instanceof VeilError || found.length === 0) {
    const detail = found instanceof VeilError ? why(found) : 'none on this machine';
    yield { ...facts, name: 'cameras', works: false, detail };
    return;
  }
  for (const { device, name, problem } of found) {
    yield { ...facts, name: device, works: problem === null, detail: problem ?? name };
  }
}

/** An unreadable store has no models; the finding about detectors reports the reason. */
async function stored(store: ModelStore): Promise<string[]> {
  const list = await attempt(() => store.list());
  return list instanceof VeilError ? [] : list.map(({ name }) => name);
}

async function tried(
  { required = false, ...facts }: Facts,
  trial: () => string | Promise<string>,
): Promise<Finding> {
  const detail = await attempt(trial);
  return detail instanceof VeilError
    ? { ...facts, required, works: false, detail: why(detail) }
    : { ...facts, required, works: true, detail };
}

async function attempt<T>(trial: () => T | Promise<T>): Promise<T | VeilError> {
  try {
    return await trial();
  } catch (error) {
    if (error instanceof VeilError) return error;
    // Even an unexpected error of a native library is a finding for this command.
    return new VeilError('INTERNAL', reasonOf(error));
  }
}

function why({ message, hint }: VeilError): string {
  if (hint === undefined) return message;
  // What a library says may end without a stop.
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
}
