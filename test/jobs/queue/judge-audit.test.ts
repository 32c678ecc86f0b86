import { describe, expect, it } from 'vitest';
import type { Audit } from '../../../src/audit/audit-file.ts';
import type { Finding } from '../../../src/audit/findings.ts';
import type { VeilError } from '../../../src/errors.ts';
import { earlierFailure, failureText } from '../../../src/jobs/queue/failure.ts';
import { judgeAudit, placesText } from '../../../src/jobs/queue/judge-audit.ts';

function finding(score: number, changes: Partial<Finding> = {}): Finding {
  return {
    ...{ stream: 0, from: 1, to: 2.5, firstFrame: 25, lastFrame: 62, surestFrame: 30, looks: 8 },
    ...{ box: { x: 10.4, y: 20, width: 40, height: 50 }, score },
    crop: { width: 1, height: 1, data: Buffer.alloc(3) },
    ...changes,
  };
}

function audit(findings: readonly Finding[], problems: readonly string[] = []): Audit {
  return { frames: 100, seconds: 4, problems, findings };
}

function refusal(rule: 'risk' | 'refuse' | 'tell', found: Audit): VeilError {
  try {
    judgeAudit({ findings: rule }, found);
  } catch (error) {
    return error as VeilError;
  }
  throw new Error('It was not refused.');
}

describe('what becomes of an output in which the audit finds something', () => {
  it('lets pass what carries next to no risk, and keeps its places', () => {
    const judged = judgeAudit({ findings: 'risk' }, audit([finding(0.72), finding(0.6)]));
    expect(judged).toMatchObject({ findings: 2, places: [{ from: 1, to: 2.5, box: [10, 20, 40, 50] }, {}] });
    expect(judged.risk).toBeLessThan(0.2);
    expect(placesText(judged)).toBe(
      '1.0 to 2.5 s at 10, 20, 40 by 50 pixels (score 0.72); 1.0 to 2.5 s at 10, 20, 40 by 50 pixels (score 0.60)',
    );
  });

  it('refuses a face that is surely there, unless it is only to be told', () => {
    const found = audit([finding(0.97)]);
    expect(refusal('risk', found).code).toBe('AUDIT_REFUSED');
    expect(judgeAudit({ findings: 'tell' }, found)).toMatchObject({ findings: 1 });
  });

  it('refuses everything where that is asked for, and a fault of the file always', () => {
    expect(refusal('refuse', audit([finding(0.6)])).message).toContain('The audit found a face');
    expect(refusal('tell', audit([], ['It has a data stream.'])).message).toContain('It has a data stream.');
  });

  it('says in the failure where to look and what to do, also where a part handed it on', () => {
    const text = failureText(refusal('risk', audit(Array.from({ length: 7 }, () => finding(0.97)))));
    expect(text).toMatch(/^AUDIT_REFUSED: The audit found 7 faces in the output: 1\.0 to 2\.5 s at 10, 20/);
    expect(text).toContain('; and 2 more. Nothing was published. Add the file with --stop-for-review');
    expect(failureText(earlierFailure(text))).toBe(text);
  });
});
