import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';
import { didYouMean } from './suggest.ts';

/** Preset names for `--config`; their files are in the package's `config` folder. */
export const PRESETS = ['default', 'protest', 'live'] as const;

/** More than any real config file needs; a wrong path must not fill the memory. */
const MAX_BYTES = 256 * 1024;

/** Content of a config file, not yet validated. */
export interface ConfigFile {
  /** The given path, or the preset's name. */
  readonly name: string;
  readonly path: string;
  readonly values: unknown;
}

/**
 * Reads a config file or a preset. A preset takes precedence over a file of the same name; use `./protest` for the
 * file.
 *
 * @throws VeilError CONFIG_INVALID if it is missing, unreadable, too large or not JSON
 */
export async function readConfigFile(name: string): Promise<ConfigFile> {
  const path = isPreset(name) ? presetPath(name) : name;
  const values = parse(await readBounded(path, name), name);
  return { name, path, values };
}

/** Values of a preset, synchronously: the help of a command based on one shows them. */
export function presetValues(name: (typeof PRESETS)[number]): unknown {
  return parse(readFileSync(presetPath(name), 'utf8'), name);
}

function isPreset(name: string): name is (typeof PRESETS)[number] {
  return PRESETS.some((preset) => preset === name);
}

function presetPath(name: (typeof PRESETS)[number]): string {
  return fileURLToPath(new URL(`../../config/${name}.json`, import.meta.url));
}

async function readBounded(path: string, name: string): Promise<string> {
  const content = await readRegularFile(path, MAX_BYTES).catch((cause: unknown) => {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new VeilError(
      'CONFIG_INVALID',
      `The config file ${name} ${missing ? 'does not exist' : "can't be read"}.`,
      {
        hint: `${didYouMean(name, PRESETS)} Presets are ${PRESETS.join(', ')}; anything else is a path.`.trim(),
        cause,
      },
    );
  });
  if (typeof content !== 'string') return content.toString('utf8');
  const what = content === 'too large' ? `larger than ${MAX_BYTES / 1024} KiB` : 'not a file';
  throw new VeilError('CONFIG_INVALID', `The config file ${name} is ${what}.`, {
    hint: 'This is not a config file of Veil.',
  });
}

function parse(text: string, name: string): unknown {
  try {
    // Editors on Windows may add a byte order mark.
    const values: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return values;
    // For editors, which find the schema by this key.
    return Object.fromEntries(Object.entries(values).filter(([key]) => key !== '$schema'));
  } catch (cause) {
    // The parser's message quotes the content, which may be any file: pass on only the position.
    const position = /position (\d+)/.exec(String(cause))?.[1];
    const line =
      position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw new VeilError('CONFIG_INVALID', `The config file ${name} is not JSON${line}.`, {
      hint: 'Check commas and quotes; comments are not allowed.',
    });
  }
}
