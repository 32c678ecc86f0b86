import type { Engine } from './engine.ts';
import { createOnnxRuntimeEngine } from './onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from './tf/tensorflow-engine.ts';

export type EngineOption = 'auto' | 'onnxruntime' | 'tensorflow';

/** An engine that may work here. */
export interface EngineCandidate {
  /** Its name in the log and in the stored choice. */
  readonly label: string;
  /** Throws a VeilError (ENGINE_UNAVAILABLE) with the reason. */
  readonly open: () => Promise<Engine>;
}

const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

/** Engines with the most reliable results first. */
export function engineCandidates(option: EngineOption): EngineCandidate[] {
  const onnxruntime = ONNX_PROVIDERS.map((provider) => ({
    label: `onnxruntime ${provider}`,
    open: () => createOnnxRuntimeEngine(provider),
  }));
  const tensorflow = { label: 'tensorflow', open: () => createTensorflowEngine() };
  if (option === 'onnxruntime') return onnxruntime;
  return option === 'tensorflow' ? [tensorflow] : [...onnxruntime, tensorflow];
}
