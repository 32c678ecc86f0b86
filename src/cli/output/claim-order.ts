import { basename, dirname, extname, join } from 'node:path';
import { readReportedRun } from '../../documents/read-report.ts';
import type { Input } from '../input/inputs.ts';
import { nameKey } from './output-names.ts';

export interface ClaimOptions {
  /** Path of an output with the name of its input. */
  readonly wantedOf: (input: Input) => string;
  /** Extension of the output. */
  readonly extensionOf: (input: Input) => string;
  /** Folder of reports; by default beside the output; null: no reports. */
  readonly reportFolder?: string | null | undefined;
}

/**
 * Sorts inputs into the order in which they choose names. Of inputs that differ only in their extensions, one gets the
 * short name: the one that got it in an earlier run, according to the report; else one that keeps its extension.
 */
export async function inClaimOrder(
  inputs: readonly Input[],
  { wantedOf, extensionOf, reportFolder }: ClaimOptions,
): Promise<readonly Input[]> {
  const stemOf = (input: Input): string => {
    const wanted = wantedOf(input);
    return join(dirname(wanted), basename(wanted, extname(wanted)));
  };
  const rivals = new Map<string, Input[]>();
  for (const input of inputs) {
    const key = nameKey(stemOf(input));
    rivals.set(key, [...(rivals.get(key) ?? []), input]);
  }
  const ordered: Input[] = [];
  for (const group of rivals.values()) {
    if (group.length === 1 || reportFolder === null) {
      ordered.push(...byEnding(group, extensionOf));
      continue;
    }
    const stem = stemOf(group[0]!);
    const report = `${join(reportFolder ?? dirname(stem), basename(stem))}.veil.report.json`;
    const owner = (await readReportedRun(report))?.input.name;
    const isOwner = ({ path }: Input): boolean => basename(path) === owner;
    ordered.push(
      ...group.filter(isOwner),
      ...byEnding(
        group.filter((input) => !isOwner(input)),
        extensionOf,
      ),
    );
  }
  return ordered;
}

function byEnding(group: readonly Input[], extensionOf: ClaimOptions['extensionOf']): Input[] {
  const keeps = (input: Input): boolean => extensionOf(input) === extname(input.path);
  return [...group.filter(keeps), ...group.filter((input) => !keeps(input))];
}
