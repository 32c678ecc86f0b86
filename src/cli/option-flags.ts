import { Option, type Command } from 'commander';
import { presetValues } from '../config/config-file.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { OPTIONS, valueAt, type OptionInfo } from '../config/options.ts';
import { VeilError } from '../errors.ts';
import { HEADINGS } from './help.ts';

/** The kind of work that a command does. */
type Part = 'finding' | 'covering' | 'both' | 'live';

/** Options without effect on a kind of work. */
const MEANINGLESS: Readonly<Record<Part, RegExp | null>> = {
  finding: /^(style|cells|shape|padding|color|anonymizer|audio|mute|video\..*|keepMetadata|report|seal)$/,
  covering: /^(detector|engine|threshold|effort|look\..*)$/,
  both: null,
  // A live run writes no report, and the delay determines its looks.
  live: /^(effort|report|seal|mute|video\.(hdr|hw))$/,
};

/** Options that a live run refuses with its own message. */
const REFUSED_LIVE = /^(start|end|keepMetadata)$/;

/** Heading of each option in the help. */
const HEADING_OF: readonly (readonly [keys: RegExp, heading: string])[] = [
  [/^(style|cells|shape|padding|color|anonymizer)$/, HEADINGS.covers],
  [/^(detector|engine|threshold|effort|look\..*)$/, HEADINGS.detection],
  [/^(audio|mute)$/, HEADINGS.audio],
  [/^video\./, HEADINGS.encoding],
  [/^/, HEADINGS.files],
];

/** Adds `--config` to a command, and a flag for each option that affects its kind of work. */
export function addOptionFlags(command: Command, part: Part = 'both'): Command {
  const preset = part === 'live' ? presetValues('live') : {};
  for (const option of OPTIONS) {
    if (MEANINGLESS[part]?.test(option.key) === true) continue;
    const info = { ...option, default: valueAt(preset, option.key) ?? option.default };
    addFlag(command, info, part === 'live' && REFUSED_LIVE.test(option.key));
  }
  return command
    .optionsGroup(HEADINGS.general)
    .option(
      '--config <preset|path>',
      'Config file or preset (default, protest, live). May be repeated; later ones win.',
      repeated(valueOf('--config')),
    );
}

/** Heading of an option in the help, by its key in config files. */
export function headingOf(key: string): string {
  return HEADING_OF.find(([keys]) => keys.test(key))![1];
}

/**
 * The options of a call: defaults, then its config files, then its flags.
 *
 * @param base presets that apply before the given files
 * @throws VeilError USAGE, CONFIG_INVALID
 */
export function configOf(command: Command, base: readonly string[] = []): Promise<LoadedConfig> {
  const values = command.opts<Record<string, unknown>>();
  const flags = new Map<string, unknown>();
  for (const { key, flag } of OPTIONS) {
    const value = values[camel(flag)];
    if (value !== undefined) flags.set(key, value);
  }
  const given = (values['config'] as readonly string[] | undefined) ?? [];
  return loadConfig({ files: [...base, ...given], flags });
}

/** The typed options for covering and writing, as words of a command line. */
export function typedCovering(command: Command): string[] {
  const values = command.opts<Record<string, unknown>>();
  const configs = ((values['config'] as readonly string[] | undefined) ?? []).flatMap((path) => [
    '--config',
    path,
  ]);
  const flags = OPTIONS.filter(
    ({ key }) => MEANINGLESS.covering?.test(key) !== true && !/^(overwrite|start|end)$/.test(key),
  );
  return [...configs, ...flags.flatMap(({ flag, kind }) => wordsOf(flag, kind, values[camel(flag)]))];
}

function wordsOf(flag: string, kind: OptionInfo['kind'], value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [`--${value ? '' : 'no-'}${flag}`];
  if (kind.type === 'spans') return (value as number[][]).flatMap((span) => [`--${flag}`, span.join('-')]);
  return [`--${flag}`, Array.isArray(value) ? value.join() : (value as number | string).toString()];
}

/** Collects the values of a flag that may be repeated. */
export function repeated<T>(
  read: (text: string) => T,
): (text: string, earlier: readonly T[] | undefined) => readonly T[] {
  return (text, earlier = []) => [...earlier, read(text)];
}

/** Reads the value of a flag: `-o --overwrite` means a forgotten value, not a file of that name. */
export function valueOf(flag: string): (value: string) => string {
  return (value) => notAFlag(value, flag);
}

function notAFlag(value: string, flag: string): string {
  if (!value.startsWith('-')) return value;
  throw new VeilError('USAGE', `${flag} needs a value, and ${value} looks like another option.`, {
    hint: `For a name that starts with a dash write ./${value}.`,
  });
}

/** The text for the help and `docs/options.md`. */
export function flagUsage({ flag, kind, placeholder }: OptionInfo): string {
  return kind.type === 'boolean' ? `--${flag}` : `--${flag} <${placeholder}>`;
}

function addFlag(command: Command, info: OptionInfo, isHidden: boolean): void {
  const { flag, kind } = info;
  const option = new Option(flagUsage(info), `${info.description}${defaultText(info)}`);
  if (kind.type !== 'boolean') option.argParser((text, earlier: unknown) => read(text, info, earlier));
  const heading = headingOf(info.key);
  command.addOption(option.helpGroup(heading).hideHelp(isHidden));
  if (kind.type === 'boolean') {
    command.addOption(new Option(`--no-${flag}`, `Undo --${flag} of a config file.`).hideHelp());
  }
  if (kind.type === 'path-or-boolean') {
    command.addOption(new Option(`--no-${flag}`, `Write no ${flag}.`).helpGroup(heading));
  }
}

function defaultText({ default: value, kind }: OptionInfo): string {
  if (value === null || ['boolean', 'path-or-boolean', 'spans'].includes(kind.type)) return '';
  return ` (default: ${Array.isArray(value) ? value.join(',') : JSON.stringify(value).replaceAll('"', '')})`;
}

/** Invalid values stay text: the schema reports the problem and the valid values. */
function read(text: string, { kind, flag }: OptionInfo, earlier: unknown): unknown {
  switch (kind.type) {
    case 'number':
      return number(text);
    case 'numbers':
      return text.split(',').map(number);
    case 'time':
      return time(text) ?? noTime(text, flag);
    case 'spans':
      return [...(Array.isArray(earlier) ? (earlier as unknown[]) : []), span(text, flag)];
    case 'text':
    case 'choice':
    case 'path-or-boolean':
      return notAFlag(text, `--${flag}`);
    case 'boolean':
      return true;
  }
}

function number(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : text;
}

/** Parses seconds, with or without `s`, `mm:ss` or `hh:mm:ss`, with fractions; null for anything else. */
function time(text: string): number | null {
  const parts = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?)s?$/.exec(text.trim());
  if (parts === null) return null;
  const [, hours = '0', minutes, seconds = '0'] = parts;
  if (minutes !== undefined && Number(seconds) >= 60) return null;
  return Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
}

function noTime(text: string, flag: string): never {
  throw new VeilError('USAGE', `--${flag} needs a time, not ${JSON.stringify(text)}.`, {
    hint: 'Write seconds, mm:ss or hh:mm:ss, such as 12.5, 1:02 or 1:02:03.5.',
  });
}

/** Parses two times with a hyphen. */
function span(text: string, flag: string): [from: number, to: number] {
  const [from = null, to = null, ...more] = text.split('-').map(time);
  if (from === null || to === null || more.length > 0) {
    throw new VeilError('USAGE', `--${flag} needs two times, not ${JSON.stringify(text)}.`, {
      hint: `Write them with a hyphen, such as --${flag} 4.0-6.5s or --${flag} 1:02-1:04.`,
    });
  }
  if (from >= to) {
    throw new VeilError('USAGE', `--${flag} ${text} ends before it begins.`, {
      hint: 'Write the earlier time first.',
    });
  }
  return [from, to];
}

function camel(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
