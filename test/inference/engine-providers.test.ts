import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { createOnnxRuntimeEngine } from '../../src/inference/onnx/onnxruntime-engine.ts';

/** A Vulkan driver that computes on the CPU. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

test.skipIf(existsSync('/dev/nvidia0'))(
  'a GPU that is not there is refused when the engine is made, not in the middle of a video (skipped where one is)',
  async () => {
    await expect(createOnnxRuntimeEngine('cuda')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  },
);

test.skipIf(!existsSync(SOFTWARE_DRIVER))(
  'a GPU that is only imitated by the CPU is refused (skipped where there is no such driver)',
  async () => {
    const module = new URL('../../src/inference/onnx/onnxruntime-engine.ts', import.meta.url).href;
    const program = `
      const { createOnnxRuntimeEngine } = await import(${JSON.stringify(module)});
      await createOnnxRuntimeEngine('webgpu').then(
        () => console.log('accepted'),
        (error) => console.log(error.code, error.message),
      );`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type', 'module', '--eval', program],
      { env: { ...process.env, VK_ICD_FILENAMES: SOFTWARE_DRIVER } },
    );
    expect(stdout).toMatch(/^ENGINE_UNAVAILABLE .*swiftshader/i);
  },
);

test('ONNX Runtime is optional: where it cannot be loaded, the reason is said', async () => {
  vi.doMock('onnxruntime-node', () => {
    throw new Error('no such package');
  });
  await expect(createOnnxRuntimeEngine()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  vi.doUnmock('onnxruntime-node');
});
