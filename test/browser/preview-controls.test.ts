import { describe, expect, it } from 'vitest';
import { colorAt, noBrowser, waitForView } from '../support/browser.ts';
import { watchedPreview } from '../support/watched-preview.ts';

describe.skipIf(noBrowser !== null)(`the controls in the browser ${noBrowser ?? ''}`, () => {
  const here = watchedPreview();

  it('changes the picture with its controls, and every page shows what holds', async () => {
    const [page, other] = await Promise.all([here.openLive(), here.openLive({ withoutWebCodecs: true })]);
    await page.getByText('Solid').click();
    // The centre of the first face, in the colour of solid.
    await expect.poll(() => colorAt(other, 0.27, 0.45)).toEqual([0x20, 0x20, 0x20].map(near));
    await expect.poll(() => other.getByLabel('Solid').isChecked()).toBe(true);
    expect(await page.getByLabel('Strength').isDisabled()).toBe(true);
    await page.getByText('Mosaic').click();
    await page.getByLabel('Strength').press('End');
    await expect.poll(() => here.run.asked.at(-1)).toMatchObject({ cells: 2 });
    await expect.poll(() => other.locator('#strength-text').textContent()).toBe('2 cells across a head');
    await page.getByLabel('More or fewer covers').press('ArrowRight');
    await expect.poll(() => here.run.asked.at(-1)).toEqual({ threshold: 0.21 });
    await page.getByRole('button', { name: 'Record' }).click();
    await expect.poll(() => other.getByRole('button', { name: 'Stop recording' }).isVisible()).toBe(true);
    await other.getByRole('button', { name: 'Stop recording' }).click();
    await expect.poll(() => here.run.asked.at(-1)).toEqual({ record: false });
  });

  it('covers everything at once with the key, then on every page, until it is released by hand', async () => {
    const [page, other] = await Promise.all([here.openLive(), here.openLive({ withoutWebCodecs: true })]);
    // Reads the view in the task of the key press itself, before any answer of the server.
    await page.evaluate(`addEventListener('keydown', () => {
      globalThis.viewAtKey ??= document.body.dataset.view;
    })`);
    await page.keyboard.press('p');
    expect(await page.evaluate<string>('viewAtKey')).toBe('panic');
    await waitForView(other, 'panic');
    expect(await page.locator('#picture').isVisible()).toBe(false);
    expect(here.run.status().state).toBe('panic');
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    expect(here.run.status().state).toBe('panic');
    await other.getByRole('button', { name: 'Release' }).click();
    await Promise.all([waitForView(page, 'live'), waitForView(other, 'live')]);
  });

  it('covers with the key that has P on it, whatever script it writes', async () => {
    const page = await here.openLive();
    await page.evaluate(`dispatchEvent(new KeyboardEvent('keydown', { key: 'з', code: 'KeyP' }))`);
    await waitForView(page, 'panic');
    await expect.poll(() => here.run.status().state).toBe('panic');
  });

  it('says why the picture is covered, also to those who only hear it', async () => {
    const page = await here.openLive();
    here.run.setState('curtain');
    await waitForView(page, 'curtain');
    expect(await page.locator('#cover-reason').textContent()).toBe('Detection is late.');
    expect(await page.getByRole('status').textContent()).toContain('Detection is late.');
    here.run.setState('live');
    await waitForView(page, 'live');
  });

  it('gives the same reason until a picture comes that is not covered', async () => {
    const page = await here.openLive();
    await page.evaluate(`(() => {
      globalThis.reasons = new Set();
      new MutationObserver(() => {
        if (document.body.dataset.view === 'curtain') reasons.add(document.querySelector('#cover-reason').textContent);
      }).observe(document.body, { attributes: true, childList: true, subtree: true });
    })()`);
    here.run.setState('curtain');
    await waitForView(page, 'curtain');
    here.run.setState('live');
    await waitForView(page, 'live');
    expect(await page.evaluate('[...reasons]')).toEqual(['Detection is late.']);
  });

  it('says what is done against overload, while it is', async () => {
    const page = await here.openLive();
    const note = page.locator('#overload');
    expect(await note.isVisible()).toBe(false);
    here.run.setOverload(['fewer-looks', 'preview-rate']);
    await page.getByText('looks less often and lowers the rate of the preview').waitFor();
    here.run.setOverload([]);
    await note.waitFor({ state: 'hidden' });
    await expect.poll(() => page.locator('#clients').textContent()).toBe('1');
    expect(await page.locator('#curtained').textContent()).toMatch(/^[\d.]+$/);
  });

  it('is worked with the keyboard alone, and every control has a name', async () => {
    const page = await here.openLive();
    const names: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      await page.keyboard.press('Tab');
      names.push(
        await page.evaluate<string>(
          `(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\s+/g, ' ')`,
        ),
      );
    }
    expect(names).toEqual([
      'Cover everything P',
      'Record',
      expect.stringMatching(/Blur|Mosaic|Solid/),
      'Strength',
      'More or fewer covers',
      'Outline what is covered',
    ]);
    await page.keyboard.press('Space');
    expect(await page.getByRole('switch').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Cover everything' }).focus();
    await page.keyboard.press('Enter');
    await waitForView(page, 'panic');
    await expect.poll(() => here.run.status().state).toBe('panic');
    await page.keyboard.press('Enter');
    await waitForView(page, 'live');
  });

  it.each([
    [360, 700],
    [844, 390],
  ])('fits a phone of %i × %i, with the button that covers in reach', async (width, height) => {
    const page = await here.openLive({ viewport: { width, height }, hasTouch: true, isMobile: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const [button, picture] = await Promise.all([
      page.getByRole('button', { name: 'Cover everything' }).boundingBox(),
      page.locator('#picture').boundingBox(),
    ]);
    expect(button!.y + button!.height).toBeLessThanOrEqual(height);
    expect(picture!.y + picture!.height).toBeLessThanOrEqual(button!.y);
    await page.getByRole('button', { name: 'Cover everything' }).tap();
    await waitForView(page, 'panic');
  });
});

function near(value: number): unknown {
  return expect.toSatisfy((given: number) => Math.abs(given - value) < 12);
}
