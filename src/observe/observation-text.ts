import { z } from 'zod';
import { VeilError } from '../errors.ts';
import type { Observation } from '../frame/observation.ts';

const FORMAT = 'veil-observations/1';

const shift = z.strictObject({ x: z.number(), y: z.number(), zoom: z.number().min(0.5).max(2) });

/** x, y, width, height in pixels, score. */
const face = z.tuple([
  z.number(),
  z.number(),
  z.number().positive(),
  z.number().positive(),
  z.number().min(0).max(1),
]);

// Strict: ignoring a misspelt field could leave a face uncovered.
const schema = z.strictObject({
  format: z.literal(FORMAT),
  observations: z.array(
    z.strictObject({
      frame: z.int().nonnegative(),
      pts: z.int(),
      isCut: z.boolean(),
      shift,
      faces: z.array(face).nullable(),
    }),
  ),
});

/** Writes observations as JSON; {@link decodeObservations} restores exactly the same numbers. */
export function encodeObservations(observations: readonly Observation[]): string {
  const rows = observations.map(({ frame, pts, isCut, shift, faces }) => ({
    frame,
    pts,
    isCut,
    shift,
    faces: faces?.map(({ box, score }) => [box.x, box.y, box.width, box.height, score]) ?? null,
  }));
  return JSON.stringify({ format: FORMAT, observations: rows });
}

/**
 * Reads the output of {@link encodeObservations}, from any source.
 *
 * @throws VeilError OBSERVATIONS_INVALID if something is missing or unknown, or frames are not consecutive
 */
export function decodeObservations(text: string): Observation[] {
  const { observations } = parse(text);
  for (const [index, { frame }] of observations.entries()) {
    const expected = observations[0]!.frame + index;
    if (frame !== expected) throw invalid(`frame ${frame} stands where frame ${expected} should be`);
  }
  return observations.map((observation) => ({
    ...observation,
    faces:
      observation.faces?.map(([x, y, width, height, score]) => ({ box: { x, y, width, height }, score })) ??
      null,
  }));
}

function parse(text: string): z.output<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('they are not valid JSON', cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw invalid(`${path.join('.') || 'the document'}: ${message}`, parsed.error);
}

function invalid(reason: string, cause?: unknown): VeilError {
  return new VeilError('OBSERVATIONS_INVALID', `These observations cannot be read: ${reason}.`, {
    hint: 'Observe the video again, with one version of Veil everywhere.',
    cause,
  });
}
