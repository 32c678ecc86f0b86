import type { Engine } from './engine.ts';
import { TF_PROVIDERS } from './tf/backend.ts';
import { measureEngine } from './measure-engine.ts';
import { createOnnxRuntimeEngine } from './onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from './tf/tensorflow-engine.ts';

export type EngineOption = 'auto' | 'onnxruntime' | 'tensorflow';

/** An engine that may work here. */
export interface EngineCandidate {
  /** Names it in the log and in what is remembered. */
  readonly label: string;
  /** Throws a VeilError (ENGINE_UNAVAILABLE) with the reason. */
  readonly open: () => Promise<Engine>;
}

/** What `veil doctor` says of one provider of one engine. */
export interface EngineFact {
  readonly engine: Engine['name'];
  readonly provider: string;
  readonly works: boolean;
  /** How fast it is, or why it doesn't work: one line. */
  readonly note: string;
}

/** Small: plain JavaScript takes seconds otherwise. */
const TRIAL_SIZE = { width: 256, height: 128 };

const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

/** Whose results can be relied on first. */
export function engineCandidates(option: EngineOption): EngineCandidate[] {
  const onnxruntime = ONNX_PROVIDERS.map((provider) => ({
    label: `onnxruntime ${provider}`,
    open: () => createOnnxRuntimeEngine(provider),
  }));
  const tensorflow = { label: 'tensorflow', open: () => createTensorflowEngine() };
  if (option === 'onnxruntime') return onnxruntime;
  return option === 'tensorflow' ? [tensorflow] : [...onnxruntime, tensorflow];
}

/** Tries every provider of every engine with a real network, one after another. */
export async function* engineFacts(): AsyncGenerator<EngineFact> {
  for (const provider of ONNX_PROVIDERS) {
    yield await factOf('onnxruntime', provider, () => createOnnxRuntimeEngine(provider));
  }
  for (const provider of TF_PROVIDERS) {
    yield await factOf('tensorflow', provider, () => createTensorflowEngine([provider]));
  }
}

async function factOf(
  engine: Engine['name'],
  provider: string,
  open: () => Promise<Engine>,
): Promise<EngineFact> {
  try {
    const { milliseconds } = await measureEngine(await open(), TRIAL_SIZE);
    const note = `${milliseconds} ms a look at ${TRIAL_SIZE.width}x${TRIAL_SIZE.height}`;
    return { engine, provider, works: true, note };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { engine, provider, works: false, note: message.split('\n')[0] ?? '' };
  }
}
