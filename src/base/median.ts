/** The middle value, the higher of the two in the middle of an even number. There must be at least one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
