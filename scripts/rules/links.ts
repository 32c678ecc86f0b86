import { posix } from 'node:path';
import type { Violation } from './rule.ts';

/** Markdown files by path relative to the repository, and whether a path exists there. */
export interface Documents {
  readonly texts: ReadonlyMap<string, string>;
  readonly exists: (path: string) => boolean;
}

const LINK =
  /\]\(([^()\s]+)(?:\s+"[^"]*")?\)|<(?:img|source)\b[^>]*?\bsrc="([^"]+)"|<a\b[^>]*?\bhref="([^"]+)"/g;
const ELSEWHERE = /^[a-z][a-z+.-]*:|^\/\//i;

/** Relative links in documents lead to a file that exists, and to a heading that exists where they name one. */
export function linksResolve(documents: Documents): Violation[] {
  return [...documents.texts].flatMap(([path, text]) =>
    withoutCode(text)
      .split('\n')
      .flatMap((line, index) =>
        linksIn(line)
          .map((link) => problemWith(link, path, documents))
          .filter((message) => message !== null)
          .map((message) => ({ path, line: index + 1, message })),
      ),
  );
}

function linksIn(line: string): string[] {
  return [...line.matchAll(LINK)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .filter((link) => !ELSEWHERE.test(link));
}

function problemWith(link: string, from: string, { texts, exists }: Documents): string | null {
  const [file = '', heading] = link.split('#');
  const path = file === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(file)));
  if (!exists(path)) return `${link} leads nowhere`;
  const target = texts.get(path);
  if (heading === undefined || target === undefined) return null;
  return headingsOf(target).has(heading) ? null : `${link}: there is no such heading`;
}

/** Names of a document's headings as GitHub writes them in links. */
function headingsOf(text: string): Set<string> {
  const lines = withoutCode(text).split('\n');
  return new Set(
    lines
      .filter((line) => /^#{1,6} /.test(line))
      .map((line) =>
        line
          .replace(/^#+ /, '')
          .trim()
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
      ),
  );
}

/** Blanks fenced code, keeping the count of lines. */
function withoutCode(text: string): string {
  return text.replace(/^(```|~~~)[^]*?^\1/gm, (block) => block.replace(/[^\n]/g, ''));
}
