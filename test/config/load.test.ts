import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, resolveConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config/schema.ts';
import { VeilError } from '../../src/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veil-config-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, content: string | object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function failure(promise: Promise<unknown>): Promise<VeilError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VeilError);
  return error as VeilError;
}

describe('loadConfig', () => {
  it('gives the defaults, and says so, when nothing was asked for', async () => {
    const { config, origins } = await loadConfig({});
    expect(config).toEqual(configSchema.parse({}));
    expect([...origins.values()].every(({ kind }) => kind === 'default')).toBe(true);
    expect(origins.has('look.interval')).toBe(true);
  });

  it('lets later files win over earlier ones and flags over files, key by key', async () => {
    const first = await file('first.json', { cells: 4, look: { interval: 2 }, audio: 'drop' });
    const second = await file('second.json', { cells: 5, look: { sizes: [640] } });
    const { config, origins } = await loadConfig({
      files: [first, second],
      flags: new Map<string, unknown>([['audio', 'keep']]),
    });
    expect(config.cells).toBe(5);
    expect(config.look).toEqual({ interval: 2, sizes: [640] });
    expect(config.audio).toBe('keep');
    expect(origins.get('cells')).toEqual({ kind: 'file', name: second });
    expect(origins.get('look.interval')).toEqual({ kind: 'file', name: first });
    expect(origins.get('audio')).toEqual({ kind: 'flag', flag: '--audio' });
    expect(origins.get('style')).toEqual({ kind: 'default' });
  });

  it('knows the presets by name, and suggests one for a misspelt name', async () => {
    const { config, origins } = await loadConfig({ files: ['protest'] });
    expect(config).toMatchObject({ style: 'solid', audio: 'drop', effort: 'thorough' });
    expect(config.threshold).toBeLessThan(configSchema.parse({}).threshold);
    expect(origins.get('style')).toEqual({ kind: 'file', name: 'protest' });
    const error = await failure(loadConfig({ files: ['protset'] }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.hint).toContain('Did you mean protest?');
  });

  it('refuses a misspelt key with the file, the key and a suggestion', async () => {
    const path = await file('typo.json', { stlye: 'blur', look: { intervall: 2 } });
    const error = await failure(loadConfig({ files: [path] }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(`${path}: unknown key "stlye". Did you mean style?`);
    expect(error.message).toContain(`${path}: look unknown key "intervall". Did you mean interval?`);
  });

  it("leads from a flag's name, or a key of another level, to the right key", async () => {
    const path = await file('flag.json', { crf: 20, codecs: 'h264' });
    const { message } = await failure(loadConfig({ files: [path] }));
    expect(message).toContain('"crf". Did you mean video.crf?');
  });

  it.each([
    [{ cells: 9 }, 'cells must be at most 8, not 9'],
    [{ cells: 2.5 }, 'cells must be a whole number, not 2.5'],
    [{ style: 'pixelate' }, 'style must be blur, mosaic or solid, not "pixelate"'],
    [{ look: { sizes: [] } }, 'look.sizes must have at least 1, not a list of 0'],
    [{ look: { sizes: [512, 1] } }, 'look.sizes.1 must be at least 128, not 1'],
    [{ color: 'red' }, 'color must look like #1a2b3c, not "red"'],
    [{ start: 5, end: 5 }, 'end must be later than start, but end is 5 s and start 5 s'],
    [{ mute: [[3, 2]] }, 'mute.0 must end later than it begins, not 3-2'],
    [{ keepMetadata: 'yes' }, 'keepMetadata must be true or false, not "yes"'],
    [{ report: 3 }, 'report must be true, false or a path, not 3'],
    [{ look: 7 }, 'look must be an object, not 7'],
    [[], 'must be an object, not a list of 0'],
    ['null', 'must be an object, not null'],
  ])('refuses %j: %s', async (content, message) => {
    const path = await file('wrong.json', content);
    const error = await failure(loadConfig({ files: [path] }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toBe(`${path}: ${message}`);
  });

  it('names the flag when a flag is wrong', async () => {
    const error = await failure(loadConfig({ flags: new Map([['look.interval', 99]]) }));
    expect(error.code).toBe('USAGE');
    expect(error.message).toBe('--look-interval must be at most 60, not 99');
  });

  it('checks what a file and a flag say together', async () => {
    const path = await file('start.json', { start: 10 });
    const error = await failure(loadConfig({ files: [path], flags: new Map([['end', 3]]) }));
    expect(error.message).toContain('end must be later than start');
  });

  it('refuses what is not JSON without showing its content', async () => {
    const path = await file('secret.json', '{\n  "style": "blur",\n  hunter2\n}');
    const error = await failure(loadConfig({ files: [path] }));
    expect(error.message).toBe(`The config file ${path} is not JSON (line 3).`);
    expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain('hunter2');
  });

  it('reads no more than a config file can need', async () => {
    const large = await file('large.json', `{"color": "${'x'.repeat(300_000)}"}`);
    expect((await failure(loadConfig({ files: [large] }))).message).toContain('is larger than 256 KiB');
    if (process.platform !== 'win32') {
      expect((await failure(loadConfig({ files: ['/dev/zero'] }))).message).toContain('not a file');
    }
  });

  it('is not impressed by deep nesting or prototype keys', async () => {
    const deep = await file('deep.json', `{"style": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect((await failure(loadConfig({ files: [deep] }))).code).toBe('CONFIG_INVALID');
    const proto = await file('proto.json', '{"__proto__": {"overwrite": true}, "look": {"__proto__": 1}}');
    expect((await failure(loadConfig({ files: [proto] }))).code).toBe('CONFIG_INVALID');
    expect({}).not.toHaveProperty('overwrite');
  });

  it('takes a byte order mark and the key by which editors find the schema', async () => {
    const path = await file('bom.json', '\uFEFF{"$schema": "./schema.json", "cells": 3}');
    expect((await loadConfig({ files: [path] })).config.cells).toBe(3);
  });

  it('says which file is missing', async () => {
    const error = await failure(loadConfig({ files: ['./nowhere.json'] }));
    expect(error.message).toBe('The config file ./nowhere.json does not exist.');
  });
});

describe('resolveConfig', () => {
  it('fills in defaults below nested objects too', () => {
    const config = resolveConfig({ look: { interval: 2 } });
    expect(config.look).toEqual({ interval: 2, sizes: null });
    expect(() => resolveConfig({ cells: 99 })).toThrow('cells must be at most 8');
  });
});
