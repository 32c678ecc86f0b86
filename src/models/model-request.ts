import { VeilError } from '../errors.ts';

const MAX_REDIRECTS = 5;

export interface RequestOptions {
  readonly signal: AbortSignal;
  readonly allowLoopbackHttp: boolean;
}

/** A response, and the position of its first byte in the file. */
export interface OpenedUrl {
  readonly response: Response;
  readonly offset: number;
}

/**
 * Requests a file, or the rest of it. A server that ignores the range, or has a new version of the file, sends all of
 * it: then `offset` is 0.
 *
 * @throws VeilError DOWNLOAD_FAILED if the response is not a file; errors of `fetch` if there is none
 */
export async function openUrl(
  url: string,
  resume: { readonly offset: number; readonly validator: string } | null,
  options: RequestOptions,
): Promise<OpenedUrl> {
  const headers = new Headers({ accept: '*/*', 'accept-encoding': 'identity' });
  if (resume !== null) {
    headers.set('range', `bytes=${resume.offset}-`);
    headers.set('if-range', resume.validator);
  }
  const response = await follow(url, headers, options);
  if (response.status === 200) return { response, offset: 0 };
  if (resume !== null && response.status === 206 && startOf(response) === resume.offset) {
    return { response, offset: resume.offset };
  }
  await response.body?.cancel();
  // The range can't be served, so the part is useless: request the whole file.
  if (resume !== null && (response.status === 206 || response.status === 416)) {
    return openUrl(url, null, options);
  }
  throw new VeilError(
    'DOWNLOAD_FAILED',
    `${new URL(url).host} answered ${response.status} instead of the file.`,
    {
      hint: 'Try again later, give a mirror with --from, or fetch the file elsewhere: veil models add FILE.',
    },
  );
}

/** Follows redirects manually, because each step must be allowed. */
async function follow(url: string, headers: Headers, options: RequestOptions): Promise<Response> {
  let at = checkUrl(url, options);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await fetch(at, { headers, redirect: 'manual', signal: options.signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    at = checkUrl(location, options, at);
  }
  throw new VeilError('DOWNLOAD_FAILED', `${new URL(url).host} redirects in circles.`, {
    hint: 'Give a mirror with --from, or fetch the file elsewhere: veil models add FILE.',
  });
}

function checkUrl(url: string, { allowLoopbackHttp }: RequestOptions, base?: URL): URL {
  const parsed = URL.canParse(url, base?.href) ? new URL(url, base) : null;
  if (parsed?.protocol === 'https:') return parsed;
  if (parsed?.protocol === 'http:' && allowLoopbackHttp && isLoopback(parsed.hostname)) return parsed;
  throw new VeilError(
    'DOWNLOAD_FAILED',
    `Models are fetched over https only, not from ${parsed?.origin ?? url}.`,
    {
      hint: 'Give an https address with --from.',
    },
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
}
