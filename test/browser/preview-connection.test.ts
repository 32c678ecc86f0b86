import { describe, expect, it } from 'vitest';
import { colorAt, noBrowser, waitForView } from '../support/browser.ts';
import { openTestPreview } from '../support/open-preview.ts';
import { watchedPreview } from '../support/watched-preview.ts';

describe.skipIf(noBrowser !== null)(`the connection of the browser ${noBrowser ?? ''}`, () => {
  const here = watchedPreview();

  it('asks no other host for anything', async () => {
    const page = await here.open({ url: 'about:blank' });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(here.preview.url);
    await waitForView(page, 'live');
    expect([...hosts]).toEqual([new URL(here.preview.url).host]);
  });

  it('says how far behind a picture is that comes late', async () => {
    const page = await here.openLive();
    here.run.age = 3_000;
    await page.getByText('Live, 3 s behind').waitFor();
    here.run.age = 0;
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('forgets the picture when the run ends, keeps a panic, and goes on when it starts again', async () => {
    const token = 'the-same-after-a-restart';
    const first = await openTestPreview(here.run, { token });
    const port = Number(new URL(first.url).port);
    const page = await here.openLive({ url: first.url });
    here.run.removeOutput(first);
    await first.close();
    await waitForView(page, 'ended');
    expect(await page.locator('#cover-reason').textContent()).toContain('this page goes on');
    expect(await page.locator('#picture').isVisible()).toBe(false);
    expect(await colorAt(page, 0.5, 0.5)).toEqual([0, 0, 0]);
    expect(await page.locator('#faces').textContent()).toBe('–');
    await page.getByRole('button', { name: 'Cover everything' }).click();
    const second = await openTestPreview(here.run, { token, port });
    await waitForView(page, 'panic');
    await expect.poll(() => here.run.status().state).toBe('panic');
    await page.getByRole('button', { name: 'Release' }).click();
    await waitForView(page, 'live');
    here.run.removeOutput(second);
    await second.close();

    const third = await openTestPreview(here.run, { port });
    await page.locator('#cover-reason', { hasText: 'Open the address that it printed.' }).waitFor();
    here.run.removeOutput(third);
    await third.close();
  });
});
