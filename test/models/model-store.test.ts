import { createHash } from 'node:crypto';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_MODELS } from '../../src/models/model-registry.ts';
import { ModelStore } from '../../src/models/model-store.ts';
import {
  FAST,
  YUNET,
  REAL_FILE,
  real,
  here,
  serve,
  breakAfter,
  inTurn,
  fails,
} from '../support/model-server.ts';

describe('ModelStore', () => {
  it('keeps nothing of a file with the wrong hash', async () => {
    here.handler = serve(Buffer.alloc(YUNET.bytes, 8));
    const store = new ModelStore(join(here.folder, 'models'));
    await fails(store.pull('yunet', { ...FAST, from: here.url }), 'MODEL_HASH_MISMATCH');
    expect(await readdir(store.folder)).toEqual([]);
    await fails(store.resolve('yunet'), 'MODEL_NOT_FOUND');
  });

  it.skipIf(real === null)('pulls once, and resolves the name to the checked file', async () => {
    here.handler = inTurn(breakAfter(real!, 100_000), serve(real!));
    const store = new ModelStore(join(here.folder, 'models'));
    const stored = await store.pull('yunet', { ...FAST, from: here.url });
    expect(stored).toMatchObject({ name: 'yunet', sha256: YUNET.sha256, bytes: YUNET.bytes });
    expect(await readdir(store.folder)).toEqual([`yunet.${YUNET.sha256}.onnx`]);
    expect(await store.resolve('yunet')).toBe(stored.path);
    const asked = here.requests.length;
    await store.pull('yunet', { ...FAST, from: here.url });
    expect(here.requests).toHaveLength(asked);
  });

  it.skipIf(real === null)('knows a model by its content, whatever the file is called', async () => {
    const file = join(here.folder, 'x.bin');
    await copyFile(REAL_FILE, file);
    const store = new ModelStore(join(here.folder, 'models'));
    expect((await store.add(file)).name).toBe('yunet');
    expect((await store.list()).map(({ name }) => name)).toEqual(['yunet']);
  });

  it('notices a stored model that was changed', async () => {
    const store = new ModelStore(join(here.folder, 'models'));
    const { path } = await store.add(await onnx('a.onnx'), 'mine');
    expect(await store.resolve('mine')).toBe(path);
    await writeFile(path, 'changed');
    await fails(store.resolve('mine'), 'MODEL_HASH_MISMATCH');
  });

  it('needs a name for a model it does not know, and replaces one of the same name', async () => {
    const store = new ModelStore(join(here.folder, 'models'));
    const file = await onnx('a.onnx');
    await fails(store.add(file), 'USAGE', 'not a model that Veil knows');
    await store.add(file, 'mine');
    await store.add(await onnx('b.onnx', 9), 'mine');
    const models = await store.list();
    expect(models).toHaveLength(1);
    expect(models[0]?.sha256).toBe(createHash('sha256').update(onnxBytes(9)).digest('hex'));
  });

  it('refuses another file under the name of a known model', async () => {
    const store = new ModelStore(join(here.folder, 'models'));
    await fails(store.add(await onnx(YUNET.file)), 'MODEL_HASH_MISMATCH');
    await fails(store.add(await onnx('a.onnx'), 'yunet'), 'MODEL_HASH_MISMATCH');
    expect(await store.list()).toEqual([]);
    expect(await readdir(store.folder)).toEqual([]);
  });

  it.each(['crowd', 'webcam', '../up', 'a.b', '', '-x', 'Upper'])('refuses the name %j', async (name) => {
    const store = new ModelStore(join(here.folder, 'models'));
    await fails(store.add(await onnx('a.onnx'), name), 'USAGE', "can't be named");
    expect(await readdir(store.folder)).toEqual([]);
  });

  it('refuses files that are not models', async () => {
    const store = new ModelStore(join(here.folder, 'models'));
    const file = join(here.folder, 'a.onnx');
    await writeFile(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:8f23\nsize 232589\n');
    await fails(store.add(file, 'mine'), 'MODEL_INVALID', 'Git LFS pointer');
    await writeFile(file, '<html>not found</html>'.repeat(10));
    await fails(store.add(file, 'mine'), 'MODEL_INVALID', 'not an ONNX model');
    await writeFile(file, '');
    await fails(store.add(file, 'mine'), 'MODEL_INVALID', 'not an ONNX model');
    await fails(store.add(here.folder, 'mine'), 'MODEL_INVALID', 'is not a file');
    await fails(store.add(join(here.folder, 'none.onnx'), 'mine'), 'INPUT_NOT_FOUND');
  });

  it('removes a model, also one that was downloaded in part', async () => {
    const store = new ModelStore(join(here.folder, 'models'));
    await store.add(await onnx('a.onnx'), 'mine');
    await store.remove('mine');
    expect(await readdir(store.folder)).toEqual([]);
    await fails(store.remove('mine'), 'MODEL_NOT_FOUND');

    here.handler = breakAfter(Buffer.alloc(YUNET.bytes), 1_000);
    await fails(store.pull('yunet', { ...FAST, attempts: 1, from: here.url }), 'DOWNLOAD_FAILED');
    expect(await readdir(store.folder)).not.toEqual([]);
    await fails(store.remove('yunet'), 'MODEL_NOT_FOUND');
    expect(await readdir(store.folder)).toEqual([]);
  });

  it('is empty where there is no here.folder, and ignores files of others', async () => {
    expect(await new ModelStore(join(here.folder, 'none')).list()).toEqual([]);
    await writeFile(join(here.folder, 'notes.txt'), '');
    await writeFile(join(here.folder, 'x.onnx'), '');
    expect(await new ModelStore(here.folder).list()).toEqual([]);
  });

  it('knows only https addresses', () => {
    for (const { urls, sha256 } of KNOWN_MODELS) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(urls.every((address) => address.startsWith('https://'))).toBe(true);
    }
  });
});

function onnxBytes(seed = 1): Buffer {
  return Buffer.concat([Buffer.from([0x08, 0x06]), Buffer.alloc(200, seed)]);
}

async function onnx(name: string, seed = 1): Promise<string> {
  const path = join(here.folder, name);
  await writeFile(path, onnxBytes(seed));
  return path;
}
