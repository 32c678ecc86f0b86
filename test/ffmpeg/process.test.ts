import { expect, test } from 'vitest';
import { capture, startFfmpeg } from '../../src/ffmpeg/process.ts';

const node = process.execPath;

test('a program is given its arguments as they are, without a shell', async () => {
  const { stdout } = await capture(node, ['-p', 'process.argv[1]', '--', '$(id); "quoted"']);
  expect(stdout.trim()).toBe('$(id); "quoted"');
});

test('a program that takes too long is ended', async () => {
  await expect(capture(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 })).rejects.toThrow(
    'took longer',
  );
});

test('a program that says too much is ended', async () => {
  const endless = 'for (;;) require("fs").writeSync(1, "y".repeat(65536))';
  await expect(capture(node, ['-e', endless], { maxBytes: 100_000 })).rejects.toThrow('said too much');
});

test('a program that does not exist is an error with a code', async () => {
  await expect(capture('/no/such/ffmpeg', [])).rejects.toMatchObject({ code: 'FFMPEG_NOT_FOUND' });
});

test('a program that ignores being asked to end is made to', async () => {
  const stubborn = 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)';
  const child = startFfmpeg(node, ['-e', stubborn], { outputs: 1 });
  await new Promise((resolve) => child.outputs[0]!.once('data', resolve));
  await child.stop();
  expect((await child.exited).signal).toBe('SIGKILL');
});

test('the signal ends the program', async () => {
  const controller = new AbortController();
  const child = startFfmpeg(node, ['-e', 'setInterval(() => {}, 1000)'], { signal: controller.signal });
  controller.abort();
  expect((await child.exited).signal).toBe('SIGTERM');
});

test('what a program complained about is kept, the end of it', async () => {
  const child = startFfmpeg(node, [
    '-e',
    'console.error("x".repeat(20000) + " the reason"); process.exit(3)',
  ]);
  const { code, stderr } = await child.exited;
  expect(code).toBe(3);
  expect(stderr).toMatch(/the reason$/);
  expect(stderr.length).toBeLessThanOrEqual(8192);
});
