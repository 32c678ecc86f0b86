/** Strings, each with the colon that makes it a name; and where objects begin and end. */
const TOKENS = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}]/g;

/**
 * The first name that one object of a JSON text has twice, however it is spelt; null where there is none.
 *
 * @param text valid JSON
 */
export function doubledName(text: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, spelt, colon] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(`"${spelt!}"`) as string;
      if (open.at(-1)!.has(name)) return name;
      open.at(-1)!.add(name);
    }
  }
  return null;
}
