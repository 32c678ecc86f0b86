import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256OfFile } from '../../base/sha256.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { SEAL_FORMAT, settingsHash, type Provenance, type Seal } from '../../documents/provenance.ts';
import { interrupted, VeilError } from '../../errors.ts';

/** The files of a run, and its options. */
export interface ProvenFiles {
  readonly input: string;
  /** Of the input, as read at the beginning. */
  readonly sha256: string;
  /** Current path of the output. */
  readonly path: string;
  /** Paths of weights, or their known checksums. */
  readonly weights: readonly (string | Provenance['weights'][number])[];
  /** Options as stored in the report. */
  readonly settings: ResolvedConfig;
  readonly signal: AbortSignal;
}

/**
 * Records which input became which output, with which weights and options.
 *
 * @throws VeilError INPUT_UNREADABLE, INTERRUPTED
 */
export async function provenanceOf(files: ProvenFiles): Promise<Provenance> {
  const { input, sha256, path, settings, signal } = files;
  try {
    return {
      input: { bytes: (await stat(input)).size, sha256 },
      output: { bytes: (await stat(path)).size, sha256: await sha256OfFile(path, signal) },
      weights: await weightsOf(files.weights, signal),
      settings: settingsHash(settings),
    };
  } catch (cause) {
    if (signal.aborted) throw interrupted();
    throw new VeilError('INPUT_UNREADABLE', `The checksums of ${basename(input)} can't be made.`, {
      hint: 'Check that input, output and weights are where they were.',
      cause,
    });
  }
}

/** Checksums of weights, as in a provenance. */
export function weightsOf(
  weights: ProvenFiles['weights'],
  signal: AbortSignal,
): Promise<Provenance['weights']> {
  return Promise.all(
    weights.map(async (file) =>
      typeof file === 'string' ? { name: basename(file), sha256: await sha256OfFile(file, signal) } : file,
    ),
  );
}

/** Path of the seal of an output. */
export function sealPathOf(output: string): string {
  return `${output}.seal.json`;
}

/** The `veil-seal/1` document; it contains names of files, not their paths. */
export function sealText(
  provenance: Provenance,
  versions: Readonly<Record<string, string>>,
  { input, output }: { readonly input: string; readonly output: string },
): string {
  const names = { input: basename(input), output: basename(output) };
  const seal: Seal = { format: SEAL_FORMAT, versions, names, ...provenance };
  return `${JSON.stringify(seal, null, 2)}\n`;
}
