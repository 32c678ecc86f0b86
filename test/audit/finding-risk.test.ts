import { describe, expect, it } from 'vitest';
import { riskOfFinding } from '../../src/audit/finding-risk.ts';

const box = { x: 0, y: 0, width: 40, height: 50 };
const video = { frames: 100 };

describe('the risk of what an audit found', () => {
  it('is all of its time for a face that is surely there, and next to nothing for what hands and patterns reach', () => {
    expect(riskOfFinding({ score: 0.97, box, from: 1, to: 2 }, video)).toBeCloseTo(1, 1);
    expect(riskOfFinding({ score: 0.75, box, from: 1, to: 2 }, video)).toBeLessThan(0.05);
    expect(riskOfFinding({ score: 0.65, box, from: 1, to: 2 }, video)).toBeLessThan(0.05);
  });

  it('is smaller for small faces, and counts a single look for a moment', () => {
    const small = { ...box, height: 10 };
    expect(riskOfFinding({ score: 0.99, box: small, from: 0, to: 1 }, video)).toBeCloseTo(0.25, 1);
    expect(riskOfFinding({ score: 0.99, box, from: 1, to: 1 }, video)).toBeCloseTo(0.2, 2);
  });

  it('counts a face in a photo as seen for long', () => {
    expect(riskOfFinding({ score: 0.97, box, from: 0, to: 0 }, { frames: 1 })).toBeCloseTo(1, 1);
  });
});
