import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sheetOf } from '../../src/audit/contact-sheet.ts';

describe('a contact sheet', () => {
  it('says so where it has no picture', async () => {
    const { dominant, channels } = await sharp(await sheetOf([], 'Nothing is in doubt.')).stats();
    expect(dominant).toMatchObject({ r: 248, g: 248, b: 248 });
    // Black on white.
    expect(channels[0]!.min).toBeLessThan(80);
  });
});
