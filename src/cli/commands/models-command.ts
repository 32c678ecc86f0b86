import { Command } from 'commander';
import { modelFolder } from '../../config/data-folder.ts';
import { BUILT_IN, KNOWN_MODELS } from '../../models/model-registry.ts';
import { ModelStore, type StoredModel } from '../../models/model-store.ts';
import { VeilError } from '../../errors.ts';
import { HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import { withSignals } from '../shutdown.ts';
import { printable } from '../report/terminal-text.ts';

/** `veil models`: manages networks that are downloaded or added once, and used by name. */
export function modelsCommand(io: Io): Command {
  const store = new ModelStore(modelFolder(io.env));
  const models = new Command('models').description('Download, add, list and remove detector models.');
  const say = (line: string): void => {
    io.stdout.write(`${printable(line)}\n`);
  };

  models
    .command('list')
    .description('List built-in, stored and downloadable models.')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.')
    .action(async ({ json }: { json?: true }) => {
      io.stdout.write(listing(await store.list(), json === true));
    });
  models
    .command('pull')
    .description('Download a known model and check its SHA-256.')
    .argument('<name>', `Name of the model: ${KNOWN_MODELS.map(({ name }) => name).join(', ')}.`)
    .optionsGroup(HEADINGS.source)
    .option('--from <url>', 'Download the same file from another address.')
    .action(async (name: string, { from }: { from?: string }) => {
      const stored = await withSignals(io, (signal) =>
        store.pull(name, { from, signal, onProgress: progressTo(io) }),
      );
      say(storedText(stored));
    });
  models
    .command('add')
    .description('Store an .onnx file of your own.')
    .argument('<file>', 'A YuNet or SCRFD model.')
    .optionsGroup(HEADINGS.files)
    .option('--name <name>', 'Name for --detector. Known models are recognised by their content.')
    .action(async (file: string, { name }: { name?: string }) => {
      say(storedText(await store.add(file, name, (copy) => checkDetector(copy, file))));
    });
  models
    .command('remove')
    .description('Remove a stored model.')
    .argument('<name>', 'Name, as veil models list shows it.')
    .action(async (name: string) => {
      await store.remove(name);
      say(`Removed ${name}.`);
    });
  return models;
}

/**
 * Runs a new model: a broken file may begin like a valid one.
 *
 * @param name of the file, for the message
 * @throws VeilError MODEL_INVALID
 */
async function checkDetector(path: string, name: string): Promise<void> {
  const { createYunetDetector } = await import('../../detect/yunet-detector.ts');
  try {
    await (await createYunetDetector({ name, path, threshold: 0.5 })).close();
  } catch (error) {
    // Without its engine the model can't be tested.
    if (!(error instanceof VeilError)) throw error;
    const { code, message, hint } = error;
    if (code === 'ENGINE_UNAVAILABLE') return;
    throw new VeilError(code, message.replaceAll(path, name), {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
}

function listing(stored: readonly StoredModel[], json: boolean): string {
  const available = KNOWN_MODELS.filter(({ name }) => !stored.some((model) => model.name === name));
  if (json) return `${JSON.stringify({ builtIn: BUILT_IN, stored, available })}\n`;
  const lines = [
    ...BUILT_IN.map(({ name, description }) => `${name}  built in: ${description}`),
    ...stored.map(({ name, path, bytes }) => `${name}  stored, ${kibibytes(bytes)}, ${printable(path)}`),
    ...available.map(
      ({ name, description, license }) =>
        `${name}  not stored (veil models pull ${name}): ${description} Licence: ${license}.`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function storedText({ name, bytes, path }: StoredModel): string {
  return `Stored ${name} (${kibibytes(bytes)}) in ${path}. Use it with --detector ${name}.`;
}

function progressTo({ stderr }: Io): ((received: number, total: number) => void) | undefined {
  if (stderr.isTTY !== true) return undefined;
  return (received, total) => {
    stderr.write(`\r\x1b[K${Math.floor((100 * received) / total)} %${received === total ? '\n' : ''}`);
  };
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
