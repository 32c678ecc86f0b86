import { VeilError } from '../errors.ts';
import { readConfigFile } from './config-file.ts';
import { problemsOf } from './issues.ts';
import { OPTIONS, valueAt } from './options.ts';
import { configSchema, type ConfigInput, type ResolvedConfig } from './schema.ts';

/** Source of a value. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** Sources of a config: later files override earlier ones, flags override files. */
export interface ConfigRequest {
  /** Paths of config files and names of presets. */
  readonly files?: readonly string[];
  /** Values of flags by option key, such as `look.interval`. */
  readonly flags?: ReadonlyMap<string, unknown>;
}

/** The options, and the source of each one, by key. */
export interface LoadedConfig {
  readonly config: ResolvedConfig;
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Merges defaults, config files and flags, in this order.
 *
 * @throws VeilError CONFIG_INVALID with file and key, USAGE with the flag
 */
export async function loadConfig(request: ConfigRequest): Promise<LoadedConfig> {
  const given = new Map<string, unknown>();
  const origins = new Map<string, Origin>(OPTIONS.map(({ key }) => [key, { kind: 'default' }]));
  const take = (key: string, value: unknown, origin: Origin): void => {
    given.set(key, value);
    origins.set(key, origin);
  };

  for (const name of request.files ?? []) {
    const { values } = await readConfigFile(name);
    validate(values, name);
    for (const { key } of OPTIONS) {
      const value = valueAt(values, key);
      if (value !== undefined) take(key, value, { kind: 'file', name });
    }
  }
  const flags = request.flags ?? new Map<string, unknown>();
  validateFlags(flags);
  for (const { key, flag } of OPTIONS) {
    if (flags.has(key)) take(key, flags.get(key), { kind: 'flag', flag: `--${flag}` });
  }
  return { config: validate(nested(given), 'The options'), origins };
}

/**
 * Fills in the defaults, for use as a library.
 *
 * @throws VeilError CONFIG_INVALID
 */
export function resolveConfig(input: ConfigInput = {}): ResolvedConfig {
  return validate(input, 'The options');
}

function validate(values: unknown, name: string): ResolvedConfig {
  const result = configSchema.safeParse(values);
  if (result.success) return result.data;
  const problems = problemsOf(result.error.issues, values);
  throw new VeilError(
    'CONFIG_INVALID',
    problems.map(({ key, message }) => `${name}: ${key === '' ? '' : `${key} `}${message}`).join('\n'),
    { hint: 'All options with their limits: veil config, veil blur --help, config/schema.json.' },
  );
}

/** Validates each flag separately, so that the message names it. */
function validateFlags(flags: ReadonlyMap<string, unknown>): void {
  const problems = OPTIONS.flatMap(({ key, flag }) => {
    if (!flags.has(key)) return [];
    const values = nested(new Map([[key, flags.get(key)]]));
    const result = configSchema.safeParse(values);
    return result.success
      ? []
      : problemsOf(result.error.issues, values).map(({ message }) => `--${flag} ${message}`);
  });
  if (problems.length > 0) {
    throw new VeilError('USAGE', problems.join('\n'), {
      hint: 'All options with their limits: veil blur --help.',
    });
  }
}

function nested(flat: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of flat) {
    const parts = key.split('.');
    const last = parts.pop()!;
    let at = root;
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}
