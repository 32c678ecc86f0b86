import { z } from 'zod';
import { sha256OfText } from '../base/sha256.ts';
import type { ResolvedConfig } from '../config/schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fileSchema = z.object({ bytes: z.int().nonnegative(), sha256 });

/** Evidence of which input became which output, with which weights and options: SHA-256, hexadecimal. */
export const provenanceSchema = z.object({
  input: fileSchema,
  output: fileSchema,
  /** Files of the detector's network that Veil reads itself; none if tracks were given. */
  weights: z.array(z.object({ name: z.string(), sha256 })),
  /** Hash of the options, `config` of the report, as JSON without spaces. */
  settings: sha256,
});

export type Provenance = z.output<typeof provenanceSchema>;

export const SEAL_FORMAT = 'veil-seal/1';

/** The `veil-seal/1` document: a separate provenance, which can be passed on without the report. */
export interface Seal extends Provenance {
  readonly format: typeof SEAL_FORMAT;
  readonly versions: Readonly<Record<string, string>>;
  readonly names: { readonly input: string; readonly output: string };
}

/** Checksum of options as in a report. */
export function settingsHash(config: ResolvedConfig | Readonly<Record<string, unknown>>): string {
  return sha256OfText(JSON.stringify(config));
}
