import type { Audit } from '../../audit/audit-file.ts';
import { riskOfFinding } from '../../audit/finding-risk.ts';
import { VeilError } from '../../errors.ts';
import type { FileJob } from './file-job.ts';

/** A place where the audit found what may be a face. */
export interface FoundPlace {
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  /** `x, y, width, height`, pixels. */
  readonly box: readonly number[];
  readonly score: number;
}

/** Findings of the audit in an output that may be published. */
export interface Judgement {
  readonly findings: number;
  /** Expected seconds of a recognisable face, over all findings. */
  readonly risk: number;
  /** Those with the highest scores. */
  readonly places: readonly FoundPlace[];
}

/** An output is refused from this risk of a single finding on, seconds of a recognisable face. */
const REFUSED = 0.5;

/** Number of places in a message, to keep it readable. */
const MOST_PLACES = 5;

/**
 * Decides whether an output may be published.
 *
 * @throws VeilError AUDIT_REFUSED for a fault of the file, and for faces that the job does not tolerate
 */
export function judgeAudit({ findings: rule }: Pick<FileJob, 'findings'>, audit: Audit): Judgement {
  const { problems, findings } = audit;
  if (problems.length > 0) {
    throw refused(`The audit found a fault of the output: ${problems[0]!}`, 'See how the file was made.');
  }
  const risks = findings.map((finding) => riskOfFinding(finding, audit));
  const risk = risks.reduce((sum, each) => sum + each, 0);
  const places = findings.slice(0, MOST_PLACES).map(({ from, to, box: { x, y, width, height }, score }) => ({
    ...{ from: rounded(from), to: rounded(to), score: rounded(score) },
    box: [x, y, width, height].map(Math.round),
  }));
  const judgement = { findings: findings.length, risk: rounded(risk), places };
  if (findings.length === 0 || rule === 'tell' || (rule === 'risk' && Math.max(...risks) < REFUSED))
    return judgement;
  const many = findings.length === 1 ? 'a face' : `${findings.length} faces`;
  throw refused(
    `The audit found ${many} in the output: ${placesText(judgement)}.`,
    'Add the file with --stop-for-review and open its tracks with veil review to see and decide; ' +
      '--findings tell publishes it all the same, and tells the places.',
  );
}

/** Times, places and scores, for people who check them. */
export function placesText({ places, findings }: Pick<Judgement, 'places' | 'findings'>): string {
  const named = places.map(({ from, to, box: [x, y, width, height], score }) => {
    const time = to - from < 0.1 ? `${from.toFixed(1)} s` : `${from.toFixed(1)} to ${to.toFixed(1)} s`;
    return `${time} at ${x}, ${y}, ${width} by ${height} pixels (score ${score.toFixed(2)})`;
  });
  const more = findings - places.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function refused(message: string, hint: string): VeilError {
  return new VeilError('AUDIT_REFUSED', message, { hint: `Nothing was published. ${hint}` });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
