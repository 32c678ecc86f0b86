import { z } from 'zod';
import { sha256OfText } from '../base/sha256.ts';
import type { ResolvedConfig } from '../config/schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fileSchema = z.object({ bytes: z.int().nonnegative(), sha256 });

/** What proves which file became which, and by what: SHA-256, hexadecimal. */
export const provenanceSchema = z.object({
  input: fileSchema,
  output: fileSchema,
  /** Files of the detector's network that Veil reads itself; none where tracks were given. */
  weights: z.array(z.object({ name: z.string(), sha256 })),
  /** Of the options, as `config` of the report holds them: of their JSON without spaces. */
  settings: sha256,
});

export type Provenance = z.output<typeof provenanceSchema>;

export const SEAL_FORMAT = 'veil-seal/1';

/** The `veil-seal/1` document: a provenance by itself, to be kept or handed on without the report. */
export interface Seal extends Provenance {
  readonly format: typeof SEAL_FORMAT;
  readonly versions: Readonly<Record<string, string>>;
  readonly names: { readonly input: string; readonly output: string };
}

/** Checksum of options as a report holds them. */
export function settingsHash(config: ResolvedConfig | Readonly<Record<string, unknown>>): string {
  return sha256OfText(JSON.stringify(config));
}
