/** A rectangle of samples, ends exclusive. */
export interface Extent {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Divides into groups, in order, so that nothing overlaps anything of another group. */
export function overlapGroups<T extends { readonly extent: Extent }>(items: readonly T[]): T[][] {
  let groups: T[][] = [];
  for (const item of items) {
    const touched = groups.filter((group) => group.some(({ extent }) => overlap(extent, item.extent)));
    groups = [...groups.filter((group) => !touched.includes(group)), [...touched.flat(), item]];
  }
  return groups;
}

function overlap(a: Extent, b: Extent): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
