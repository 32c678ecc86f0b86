import { writeFile } from 'node:fs/promises';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';

/** CPU encoders that simulate hardware encoders. */
const ROLES = {
  h264_nvenc: 'libx264',
  // Old builds do not pass on -bf 0. The checksum of each frame is an SEI message; the version is only in the header.
  hevc_nvenc: 'libx265 -x265-params bframes=0:hash=1:info=0:log-level=error',
  av1_nvenc: 'libaom-av1 -cpu-used 8 -strict experimental',
};

/** Options of a stand-in. */
export interface StandInOptions {
  /** Path of the script. */
  readonly path: string;
  /** Lines of shell that run first at each call, with the path of the real program as $FFMPEG. */
  readonly first?: string;
}

/**
 * An ffmpeg in which CPU encoders simulate NVIDIA's encoders, and those of other vendors are missing. It records each
 * call in a file beside it.
 */
export async function standIn(binaries: Binaries, { path, first = '' }: StandInOptions): Promise<Binaries> {
  const names = Object.keys(ROLES);
  const script = `#!/bin/sh
FFMPEG='${binaries.ffmpeg.path}'
echo "$*" >> '${path}.calls'
${first}
case "$*" in *-encoders*)
  "$FFMPEG" "$@" | grep -v -E '_(nvenc|qsv|vaapi) '
  printf '${names.map((name) => ` V....D ${name}  plays it\\n`).join('')}'
  exit
esac
case "$*" in *_nvenc*)
  for arg do
    shift
    if [ -n "$skipped" ]; then skipped=; continue; fi
    case "$arg" in
      -rc | -qp | -preset) skipped=1 ;;
      ${Object.entries(ROLES)
        .map(([name, role]) => `${name}) set -- "$@" ${role} ;;`)
        .join('\n      ')}
      nv12) set -- "$@" yuv420p ;;
      p010le) set -- "$@" yuv420p10le ;;
      *) set -- "$@" "$arg" ;;
    esac
  done
esac
exec "$FFMPEG" "$@"
`;
  await writeFile(path, script, { mode: 0o755 });
  return { ...binaries, ffmpeg: { ...binaries.ffmpeg, path } };
}
