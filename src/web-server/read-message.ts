import type { z } from 'zod';

/** What a page said, where it is JSON and fits the schema; null for anything else. */
export function readMessage<T>(schema: z.ZodType<T>, text: string): T | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return schema.safeParse(value).data ?? null;
}
