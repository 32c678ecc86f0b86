import { z } from 'zod';
import { configSchema, flagInfo } from './schema.ts';

/** Type of an option's value, which determines how its flag is parsed. */
export type OptionKind =
  | { readonly type: 'boolean' }
  | { readonly type: 'number' }
  | { readonly type: 'time' }
  | { readonly type: 'spans' }
  | { readonly type: 'text' }
  | { readonly type: 'numbers' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'path-or-boolean' };

/** One option in config files and on the command line. */
export interface OptionInfo {
  /** Dotted key of config files, such as `look.interval`. */
  readonly key: string;
  /** Flag without dashes, such as `look-interval`. */
  readonly flag: string;
  readonly kind: OptionKind;
  readonly description: string;
  readonly default: unknown;
  /** Placeholder of the value in the help; empty for booleans. */
  readonly placeholder: string;
}

/** All options, in the schema's order. Flags, tables and origins are derived from this list alone. */
export const OPTIONS: readonly OptionInfo[] = optionsOf(configSchema, '', configSchema.parse({}));

/** The value at a dotted key of a nested object. */
export function valueAt(values: unknown, key: string): unknown {
  let value = values;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function optionsOf(schema: z.ZodObject, prefix: string, defaults: unknown): OptionInfo[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const key = prefix + name;
    const type = unwrap(field as z.ZodType);
    if (type instanceof z.ZodObject) return optionsOf(type, `${key}.`, defaults);
    const info = flagInfo.get(field as z.ZodType) ?? {};
    const kind = info.reads === undefined ? kindOf(type, key) : { type: info.reads };
    return [
      {
        key,
        flag: info.name ?? kebab(key),
        kind,
        description: (field as z.ZodType).description ?? '',
        default: valueAt(defaults, key),
        placeholder: info.placeholder ?? placeholderOf(kind),
      },
    ];
  });
}

function unwrap(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodDefault || type instanceof z.ZodPrefault || type instanceof z.ZodNullable
    ? unwrap(type.unwrap() as z.ZodType)
    : type;
}

function kindOf(type: z.ZodType, key: string): OptionKind {
  if (type instanceof z.ZodEnum) return { type: 'choice', choices: type.options.map(String) };
  if (type instanceof z.ZodBoolean) return { type: 'boolean' };
  if (type instanceof z.ZodNumber) return { type: 'number' };
  if (type instanceof z.ZodString) return { type: 'text' };
  if (type instanceof z.ZodArray) return { type: 'numbers' };
  if (type instanceof z.ZodUnion) return { type: 'path-or-boolean' };
  throw new TypeError(`The option ${key} has a type that no flag can hold.`);
}

function placeholderOf(kind: OptionKind): string {
  if (kind.type === 'boolean') return '';
  return kind.type === 'choice' ? kind.choices.join('|') : kind.type === 'text' ? 'text' : 'n';
}

function kebab(key: string): string {
  return key.replace(/\./g, '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
