/**
 * Options of an input. Otherwise decoders show what a codec crops away at the left, where the rest would not begin at a round
 * address.
 */
export const EXACT_CROP: readonly string[] = ['-flags:v', '+unaligned'];
