import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { VeilError } from '../errors.ts';
import { capture } from './process.ts';
import { recall, remember, type Question } from './remembered-answers.ts';

/** Source of a program. */
export type BinaryOrigin = 'environment' | 'package' | 'PATH' | 'installer';

/** A program that was found and runs. */
export interface Binary {
  readonly path: string;
  /** Its own version string, such as `7.0.2` or `N-92718-g092cb17983`. */
  readonly version: string;
  readonly origin: BinaryOrigin;
}

/** The two programs that Veil uses. */
export interface Binaries {
  readonly ffmpeg: Binary;
  readonly ffprobe: Binary;
  /** Notes about these builds for the user, one sentence each. */
  readonly notes: readonly string[];
}

interface Candidate {
  readonly path: string | null;
  readonly origin: BinaryOrigin;
}

/** Time limits for `-version`: first attempt and retry, milliseconds. */
const TIME_LIMITS = [10_000, 30_000];

const VERSION: Question<string> = { name: 'version', schema: z.string().min(1) };

const require = createRequire(import.meta.url);
let found: Promise<Binaries> | null = null;

/**
 * Finds ffmpeg and ffprobe: `FFMPEG_PATH`/`FFPROBE_PATH`, the package `ffmpeg-static`, the PATH, then the old builds of
 * `@ffmpeg-installer`. Searches once.
 *
 * @throws VeilError FFMPEG_NOT_FOUND; also if a path in the environment does not work, instead of searching on
 */
export function findBinaries(): Promise<Binaries> {
  found ??= search().catch((error: unknown) => {
    found = null;
    throw error;
  });
  return found;
}

async function search(): Promise<Binaries> {
  const passedOver: string[] = [];
  const ffmpeg = await firstThatRuns('ffmpeg', passedOver, [
    { path: process.env['FFMPEG_PATH'] ?? null, origin: 'environment' },
    { path: packagePath('ffmpeg-static', (value) => value), origin: 'package' },
    { path: onPath('ffmpeg'), origin: 'PATH' },
    { path: packagePath('@ffmpeg-installer/ffmpeg', pathOf), origin: 'installer' },
  ]);
  const ffprobe = await firstThatRuns('ffprobe', passedOver, [
    { path: process.env['FFPROBE_PATH'] ?? null, origin: 'environment' },
    { path: onPath('ffprobe'), origin: 'PATH' },
    { path: packagePath('@ffprobe-installer/ffprobe', pathOf), origin: 'installer' },
  ]);
  const notes =
    ffmpeg.origin === 'installer'
      ? [
          `Using the ffmpeg of @ffmpeg-installer (${ffmpeg.version}), an old build. For newer formats and more speed install ffmpeg (sudo apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or set FFMPEG_PATH and FFPROBE_PATH.`,
        ]
      : [];
  return { ffmpeg, ffprobe, notes: [...passedOver, ...notes] };
}

/** @param passedOver receives a sentence for each program that exists but did not answer */
async function firstThatRuns(
  name: string,
  passedOver: string[],
  candidates: readonly Candidate[],
): Promise<Binary> {
  for (const { path, origin } of candidates) {
    if (path === null) continue;
    const version = await versionOf(path);
    if (version !== null) return { path, version, origin };
    passedOver.push(`${path} did not say its version, so another ${name} is used. [FFMPEG_PASSED_OVER]`);
    if (origin === 'environment') {
      throw new VeilError(
        'FFMPEG_NOT_FOUND',
        `${path}, which ${name.toUpperCase()}_PATH names, does not run.`,
        {
          hint: 'Correct the variable, or unset it.',
        },
      );
    }
  }
  throw new VeilError('FFMPEG_NOT_FOUND', `No working ${name} was found.`, {
    hint: `Install ffmpeg, or set ${name.toUpperCase()}_PATH to the program.`,
  });
}

/** Null if it does not run. Remembered until the program changes: starting it takes as long as probing a file. */
async function versionOf(path: string): Promise<string | null> {
  const remembered = await recall(path, VERSION);
  if (remembered !== null) return remembered;
  const version = await askVersion(path);
  if (version !== null) await remember(path, VERSION, version);
  return version;
}

/** Retries if slow: a busy machine must not fall back to an older build. */
async function askVersion(path: string): Promise<string | null> {
  for (const timeoutMs of TIME_LIMITS) {
    try {
      const { code, stdout } = await capture(path, ['-version'], { timeoutMs });
      return code === 0 ? (/version (\S+)/.exec(stdout)?.[1] ?? null) : null;
    } catch (error) {
      if (!(error instanceof VeilError)) throw error;
      // It can't be started at all.
      if (error.code === 'FFMPEG_NOT_FOUND') return null;
    }
  }
  return null;
}

function onPath(name: string): string | null {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && existsSync(join(folder, file))) return join(folder, file);
  }
  return null;
}

/** A package that is missing, or has no build for this system, is no error: the next one is tried. */
function packagePath(name: string, read: (value: unknown) => unknown): string | null {
  try {
    const path = read(require(name));
    return typeof path === 'string' && existsSync(path) ? path : null;
  } catch (error) {
    if (error instanceof Error) return null;
    // These packages throw plain strings on unsupported systems.
    if (typeof error === 'string') return null;
    throw error;
  }
}

function pathOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'path' in value ? value.path : null;
}
