import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf } from '../../src/cli/program.ts';
import { memoryIo, veil } from './memory-io.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veil-program-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('what was typed', () => {
  it('answers --version and --help on stdout with 0', async () => {
    expect(await veil(['--version'])).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+/) as string,
      err: '',
    });
    const help = await veil(['blur', '--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('--look-interval <n>');
    expect(help.out).toContain('(default: blur)');
  });

  it('has a heading for every option, and describes each in sentences', () => {
    const all = commandsOf(memoryIo(), () => undefined).flatMap((each) => [each, ...each.commands]);
    const options = all.flatMap((command) => command.options.filter(({ hidden }) => !hidden));
    const bare = options.filter(({ helpGroupHeading }) => helpGroupHeading === undefined);
    expect(bare.map(({ flags }) => flags)).toEqual([]);
    const texts = [...options, ...all.flatMap(({ registeredArguments }) => registeredArguments)].map(
      ({ description }) => description,
    );
    texts.push(...all.map((command) => command.description()));
    expect(texts.filter((text) => !/^[A-Z0-9].*(\.|\(default: [^)]+\))$/.test(text))).toEqual([]);
  });

  it('shows in the help of live what a live run starts from', async () => {
    const [live, blur] = [(await veil(['live', '--help'])).out, (await veil(['blur', '--help'])).out];
    const defaultOf = (help: string, flag: string): string | undefined =>
      new RegExp(`--${flag} <[^>]+>[^]*?\\(default:\\s+([^)]+)\\)`).exec(help)?.[1];
    expect([defaultOf(blur, 'padding'), defaultOf(live, 'padding')]).toEqual(['0.2', '0.3']);
    expect([defaultOf(blur, 'preset'), defaultOf(live, 'preset')]).toEqual(['medium', 'superfast']);
    expect(live).not.toMatch(/--start|--effort|--report/);
  });

  it.each([
    [['config', '--stlye', 'blur'], "Unknown option '--stlye'", 'Did you mean --style?'],
    [['blurr'], "Unknown command 'blurr'", 'Did you mean blur?'],
    [['protest.mp4'], "Unknown command 'protest.mp4'", 'veil blur protest.mp4'],
    [['in/my clip.mp4', '--style', 'solid'], 'Unknown command', "veil blur 'in/my clip.mp4' --style solid"],
    [['blur'], "Missing required argument 'inputs'", ''],
    [['config', '--cells', '99'], '--cells must be at most 8, not 99', ''],
    [['config', '--cells', 'six'], '--cells must be a number, not "six"', ''],
    [['config', '--style', 'pixelate'], '--style must be blur, mosaic or solid', ''],
    [['config', '--start', '1:99'], '--start needs a time, not "1:99".', ''],
    [['config', '--mute', '3-2'], '--mute 3-2 ends before it begins.', ''],
    [['config', '--mute', '5'], '--mute needs two times, not "5".', ''],
    [['config', '--mute', '1:70-2'], '--mute needs two times, not "1:70-2".', ''],
    [['config', '--config', '--json'], '--config needs a value', 'write ./--json'],
    [['blur', 'a.mp4', '-o', '--overwrite'], '-o needs a value', 'write ./--overwrite'],
    [['blur', '-clip.mp4'], 'Unknown option -clip.mp4', 'write ./-clip.mp4'],
    [['blur', 'a.mp4', '-other.mp4'], 'Unknown option -other.mp4', 'write ./-other.mp4'],
    [['blur', '--lip.mp4'], "Unknown option '--lip.mp4'", 'write ./--lip.mp4'],
    [['config', '--config', 'protset'], 'The config file protset does not exist', 'Did you mean protest?'],
  ])('refuses %j with 2: %s %s', async (argv, message, hint) => {
    const { code, out, err } = await veil(argv);
    expect(code).toBe(2);
    expect(out + err).toContain(message);
    expect(out + err).toContain(hint);
    expect(out + err).not.toMatch(/\n\s+at /);
  });

  it('shows the help and says 2 when no command is given', async () => {
    const { code, err } = await veil([]);
    expect(code).toBe(2);
    expect(err).toContain('Usage: veil');
  });

  it('says what is wrong as JSON where JSON is asked for', async () => {
    const { code, out, err } = await veil(['config', '--json', '--cells', '99']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      type: 'error',
      code: 'USAGE',
      message: '--cells must be at most 8, not 99',
    });
    expect(err).toBe('');
  });
});

describe('veil config', () => {
  it('shows each value and where it comes from', async () => {
    const mine = join(folder, 'mine.json');
    await writeFile(mine, '{"cells": 4, "look": {"interval": 3}}');
    const { code, out } = await veil([
      'config',
      '--config',
      'protest',
      '--config',
      mine,
      '--style',
      'mosaic',
      '--start',
      '1:02:03.5',
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/^style +"mosaic" +--style$/m);
    expect(out).toMatch(/^padding +[\d.]+ +protest$/m);
    expect(out).toMatch(/^shape +"ellipse" +default$/m);
    expect(out).toMatch(/^start +3723.5 +--start$/m);
    expect(out.split('\n').find((line) => line.startsWith('cells'))).toMatch(/4 +.*mine\.json$/);
  });

  it('reads lists, times, negations and reports from flags', async () => {
    const { out } = await veil([
      'config',
      '--json',
      ...['--look-sizes', '640,1280', '--end', '90', '--no-report', '--keep-metadata', '--no-overwrite'],
    ]);
    const { config, origins } = JSON.parse(out) as { config: unknown; origins: Record<string, unknown> };
    expect(config).toMatchObject({
      look: { sizes: [640, 1280] },
      end: 90,
      report: false,
      keepMetadata: true,
      overwrite: false,
    });
    expect(origins['overwrite']).toEqual({ kind: 'flag', flag: '--overwrite' });
    expect(origins['cells']).toEqual({ kind: 'default' });
  });
});

describe('veil models', () => {
  const yunet = new URL('../../../shared/eval/models/face_detection_yunet_2023mar.onnx', import.meta.url);
  const noModel = existsSync(yunet) ? '' : ' (left out: ../shared has no network to add)';

  it('refuses junk that begins like a network, and stores nothing', async () => {
    const env = { VEIL_HOME: join(folder, 'junk') };
    const model = join(folder, 'junk.onnx');
    await writeFile(model, Buffer.concat([Buffer.from([8, 7]), Buffer.alloc(200)]));
    const added = await veil(['models', 'add', model, '--name', 'faces'], { env });
    expect(added.code).toBe(1);
    expect(added.err).toContain(`${model} can't be used as a face detector`);
    expect(added.err).toContain('[MODEL_INVALID]');
    const list = JSON.parse((await veil(['models', 'list', '--json'], { env })).out) as { stored: unknown[] };
    expect(list.stored).toEqual([]);
  });

  it.skipIf(noModel !== '')(
    `adds, lists and removes a file, in the folder that VEIL_HOME names${noModel}`,
    async () => {
      const env = { VEIL_HOME: join(folder, 'home') };
      const model = fileURLToPath(yunet);
      const { out } = await veil(['models', 'list'], { env });
      expect(out).toContain('crowd  built in');
      expect(out).toContain('veil models pull yunet');
      const added = await veil(['models', 'add', model, '--name', 'faces'], { env });
      expect(added).toMatchObject({ code: 0, out: expect.stringContaining('--detector faces') as string });
      const list = JSON.parse((await veil(['models', 'list', '--json'], { env })).out) as {
        builtIn: { name: string }[];
        stored: { name: string }[];
      };
      expect(list.builtIn.map(({ name }) => name)).toEqual(['crowd', 'webcam', 'ssd']);
      expect(list.stored.map(({ name }) => name)).toEqual(['faces']);
      expect((await veil(['models', 'remove', 'faces'], { env })).code).toBe(0);
      const again = await veil(['models', 'remove', 'faces'], { env });
      expect(again.code).toBe(1);
      expect(again.err).toContain('[MODEL_NOT_FOUND]');
    },
  );
});
