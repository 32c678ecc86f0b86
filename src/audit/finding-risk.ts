import { RECOGNISED } from '../documents/risk.ts';
import type { Audit } from './audit-file.ts';
import type { Finding } from './findings.ts';

/**
 * Logistic model of the probability that a finding is a face, from the log-odds of its score. Audits look closely:
 * hands, patterns and covered heads score 0.6 to 0.8, and 0.9 in a crowd; uncovered faces score 0.93 to 0.98.
 */
const FACE = { bias: -8.5, score: 3.6 };

/** Shortest duration of a finding, seconds: what one look saw was also visible before and after it. */
const LEAST = 0.2;
/** Duration for a photo, seconds: long enough to recognise a face for certain. */
const STILL = 1;

/** Expected seconds during which a recognisable face is visible, from score, size and time. */
export function riskOfFinding(
  { score, box, from, to }: Pick<Finding, 'score' | 'box' | 'from' | 'to'>,
  { frames }: Pick<Audit, 'frames'>,
): number {
  const odds = Math.log(score / Math.max(1e-6, 1 - score));
  const chance = 1 / (1 + Math.exp(-(FACE.bias + FACE.score * odds)));
  const seconds = frames > 1 ? Math.max(LEAST, to - from) : STILL;
  return chance * Math.min(1, box.height / RECOGNISED) * seconds;
}
