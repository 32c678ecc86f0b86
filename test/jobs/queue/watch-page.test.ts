import { describe, expect, it } from 'vitest';
import { openWatchPage } from '../../../src/jobs/queue/watch-page.ts';
import { silentLogger } from '../../../src/logger.ts';

const EMPTY = { counts: {}, workers: [], files: [], unreadable: [] };

describe('the page of the queue', () => {
  it('shows the queue to whoever has its address, however often it is asked for', async () => {
    let reads = 0;
    const read = () => {
      reads += 1;
      return Promise.resolve(EMPTY);
    };
    await using page = await openWatchPage({ port: 0, logger: silentLogger, read });
    expect(new URL(page.url).hostname).toBe('127.0.0.1');
    expect(await (await fetch(page.url)).text()).toContain('Veil queue');
    for (let times = 0; times < 5; times += 1) {
      const answer = await fetch(`${page.url}status.json`);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.json()).toEqual(EMPTY);
    }
    expect(reads).toBe(1);
  });

  it('is shown to nobody else, and changes nothing', async () => {
    const read = () => Promise.resolve(EMPTY);
    await using page = await openWatchPage({ port: 0, logger: silentLogger, read });
    const { origin } = new URL(page.url);
    expect((await fetch(`${origin}/`)).status).toBe(401);
    expect((await fetch(`${origin}/status.json`)).status).toBe(401);
    expect((await fetch(`${page.url}status.json`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${page.url}../../etc/passwd`)).status).toBe(401);
    expect((await fetch(`${page.url}other.json`)).status).toBe(404);
  });
});
