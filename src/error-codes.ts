import type { ErrorCode } from './errors.ts';

/** Explanation of an error code. */
export interface ErrorCodeInfo {
  /** The problem, in one sentence. */
  readonly meaning: string;
  /** The remedy. */
  readonly remedy: string;
}

/** Every error code, in the order of a run. `docs/errors.md` is generated from this table. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorCodeInfo>> = {
  USAGE: {
    meaning:
      'The command line does not make sense: an unknown command or flag, a missing or malformed value.',
    remedy: 'Follow the hint, or read `veil COMMAND --help`.',
  },
  CONFIG_INVALID: {
    meaning:
      'A config file or an option has a wrong name, type or range, or two options contradict each other.',
    remedy: 'The message names the option. `veil config` shows every value and where it comes from.',
  },
  INPUT_NOT_FOUND: {
    meaning: 'The input does not exist, or a pattern fits neither videos nor photos.',
    remedy: 'Check the name; quote names with spaces, and patterns so that the shell does not expand them.',
  },
  INPUT_UNREADABLE: {
    meaning: 'The input exists but cannot be opened or read to its end; live: the source delivers nothing.',
    remedy: 'Check permissions, the cable or the address; copy the file again.',
  },
  INPUT_EMPTY: {
    meaning: 'The file has no bytes, or the folder holds neither videos nor photos.',
    remedy: 'Copy the file again, or give another folder.',
  },
  INPUT_NOT_MEDIA: {
    meaning: 'ffmpeg cannot read the file, or the photo is damaged.',
    remedy: 'Play the file. A recording that was cut off may lack its index.',
  },
  INPUT_NO_VIDEO: {
    meaning: 'The file contains audio or data only.',
    remedy: 'Nothing to do: the file has no picture to cover.',
  },
  INPUT_NO_FRAMES: {
    meaning: 'No frame can be decoded, or `--start` lies behind the end.',
    remedy: 'Check `--start`; play the file to see whether it is damaged.',
  },
  INPUT_TOO_SMALL: { meaning: 'The picture is too small to hold a face.', remedy: 'Use the original size.' },
  INPUT_TOO_LARGE: {
    meaning: 'The picture is larger than Veil can hold in memory.',
    remedy: 'Scale it down first; the hint names the limit.',
  },
  INPUT_TRUNCATED: {
    meaning: 'The video ends well before its stated duration.',
    remedy: 'Copy it again, or process the intact part with `--end`.',
  },
  INPUT_CHANGED: {
    meaning: 'The file changed, or was removed, while it was read.',
    remedy: 'Wait until nothing writes to it, then run again.',
  },
  INPUT_UNSUPPORTED: {
    meaning:
      'Veil does not process this kind of input: a kind of picture that it cannot read, a device, a playlist, a picture that changes its shape beyond what can be fitted, joined recordings of different sizes, a part of a file whose clock jumps, or HDR video with an ffmpeg that cannot convert it.',
    remedy: 'Follow the hint: convert it to a video file, or install a newer ffmpeg.',
  },
  PARTS_UNFIT: {
    meaning:
      'This video cannot be worked on in parts: it is short, does not state when each frame is shown, or is damaged.',
    remedy: 'Cover it in one piece. `veil blur` does so by itself.',
  },
  OBSERVATIONS_INVALID: {
    meaning: 'Observations that were made elsewhere are damaged, incomplete or of another version.',
    remedy: 'Make them again, with one version of Veil everywhere.',
  },
  TRACKS_INVALID: {
    meaning: 'The tracks file is not a valid `veil-tracks` document.',
    remedy: 'The message names the place, such as `tracks[3].boxes[17]`. See [tracks.md](tracks.md).',
  },
  TRACKS_MISMATCH: {
    meaning: 'The tracks file belongs to another video, or to another part of it.',
    remedy: 'Run `veil detect` on this file, with the same `--start` and `--end`.',
  },
  EDIT_REFUSED: {
    meaning: 'A change made in a review does not fit the tracks as they are, or the edit log is damaged.',
    remedy: 'The message says what does not fit. Nothing has changed.',
  },
  OUTPUT_EXISTS: {
    meaning: 'The output file exists, or another job of the queue is to make it.',
    remedy: 'Choose another name with `-o`, or replace it with `--overwrite`.',
  },
  OUTPUT_IS_INPUT: {
    meaning: 'Input and output are the same file.',
    remedy: 'Choose another name with `-o`. Veil never changes the input.',
  },
  OUTPUT_UNWRITABLE: {
    meaning: 'The output cannot be created or written.',
    remedy: 'Check that the folder exists and that you may write there.',
  },
  OUTPUT_DISK_FULL: {
    meaning: 'The disk is full.',
    remedy: 'Free some space, or write elsewhere with `-o`.',
  },
  OUTPUT_CHECK_FAILED: {
    meaning:
      'The finished file did not pass the last check: frames, streams or metadata differ from what was planned. It was deleted.',
    remedy: 'Report it, with the output of `veil doctor`.',
  },
  FFMPEG_NOT_FOUND: {
    meaning: 'No ffmpeg or ffprobe runs on this machine.',
    remedy: 'Install ffmpeg, or set `FFMPEG_PATH` and `FFPROBE_PATH`. `veil doctor` shows what was tried.',
  },
  FFMPEG_PASSED_OVER: {
    meaning:
      'A warning, no error: an ffmpeg or ffprobe that comes first did not say its version in 40 s, or does not run, so another one is used, which may be older.',
    remedy: 'Run again when the machine has less to do. `veil doctor` shows which ones are used.',
  },
  DECODER_FAILED: {
    meaning: 'ffmpeg stopped while it decoded the input.',
    remedy: 'Play the file to see whether it is damaged; `--verbose` shows what ffmpeg said.',
  },
  ENCODER_FAILED: {
    meaning: 'ffmpeg stopped while it encoded the output. No output was left.',
    remedy:
      'Run again with `--hw off` if a hardware encoder was used, else try another `--codec`; `--verbose` shows what ffmpeg said.',
  },
  ENCODER_UNAVAILABLE: {
    meaning: 'This ffmpeg has no encoder for the wanted codec, or none for so small a picture.',
    remedy: 'Choose another `--codec`, or install a complete ffmpeg.',
  },
  DETECTOR_UNAVAILABLE: {
    meaning: 'The detector is unknown, or its files are missing.',
    remedy: 'Check the name with `veil models list`; install the package that the hint names.',
  },
  DETECTOR_FAILED: {
    meaning: 'The detector stopped or returned values that make no sense. Nothing uncovered was written.',
    remedy: 'Try another `--engine` or `--detector`.',
  },
  ENGINE_UNAVAILABLE: {
    meaning: 'The engine cannot run here, or cannot run this detector.',
    remedy: 'Use `--engine auto`. `veil doctor` shows which engines work, and why others do not.',
  },
  MODEL_INVALID: {
    meaning: 'The model file is not a face detector that Veil can read.',
    remedy: 'Use a YuNet or SCRFD `.onnx` file.',
  },
  MODEL_NOT_FOUND: {
    meaning: 'The model is neither stored on this machine nor at that path.',
    remedy: 'See `veil models list`; fetch it with `veil models pull NAME`.',
  },
  MODEL_HASH_MISMATCH: {
    meaning: 'The model file is not the one whose SHA-256 is known.',
    remedy: 'Remove it and fetch it again; do not use it.',
  },
  DOWNLOAD_FAILED: {
    meaning: 'A model could not be downloaded completely.',
    remedy: 'Run `veil models pull` again: it continues where it stopped.',
  },
  GPU_UNAVAILABLE: {
    meaning: 'WebGPU was asked for and cannot be used here.',
    remedy: 'Use `--anonymizer auto` or `cpu`.',
  },
  GPU_LOST: {
    meaning: 'The GPU stopped during the run. Nothing uncovered was written.',
    remedy: 'Run again with `--anonymizer cpu`.',
  },
  PREVIEW_UNAVAILABLE: {
    meaning: 'The page of a preview or review cannot listen on its address.',
    remedy: 'Choose another port; 0 takes a free one.',
  },
  QUEUE_UNAVAILABLE: {
    meaning:
      'Redis cannot be reached or refuses access, or the packages for queues or S3-type storage are not installed.',
    remedy:
      'Follow the hint: `npm install bullmq ioredis`, `npm install @aws-sdk/client-s3`, or check the URL.',
  },
  STORAGE_FAILED: {
    meaning: 'S3-type storage refused to read or write. Nothing was published.',
    remedy: 'Check endpoint, credentials and permissions in the environment of the worker.',
  },
  JOB_INVALID: {
    meaning: 'What lies in the queue is not a job of this version of Veil.',
    remedy: 'Add it again with `veil queue add`. If you did not add it, check who can reach Redis.',
  },
  JOB_REFUSED: {
    meaning:
      'A job names a place outside the roots of the worker, or asks for something that the worker does not allow; or a foreign file lies where its unfinished work would go.',
    remedy:
      'Start the worker with a further `--root`, or with `--overwrite`, if that is wanted; or remove what the message names.',
  },
  JOB_CANCELLED: {
    meaning: 'The job was ended with `veil queue cancel`. Nothing was published.',
    remedy: 'Add it again if it is wanted after all.',
  },
  JOB_LOST: {
    meaning:
      'A worker was not heard for longer than its lease, so another one has its job. It published nothing.',
    remedy: 'Nothing to do. If it happens often: give workers fewer jobs at once, or a longer `--lease`.',
  },
  WORKER_DIFFERS: {
    meaning:
      'A job was added by another version of Veil, or with another detection model, or begun with another ffmpeg, than the worker has.',
    remedy: 'Run one version, with the same models, on every machine; then `veil queue retry`.',
  },
  AUDIT_REFUSED: {
    meaning: 'The audit of a finished output found a face or a fault, so it was not published.',
    remedy:
      'Look at the times and places that the failure names: add the file with `--stop-for-review` and decide in `veil review`, or with `--findings tell`.',
  },
  JOB_ENDED: {
    meaning: 'With `--jobs`: the process that worked on a file or a part is gone. Nothing of it was left.',
    remedy: 'Most often the memory ran out: take fewer at once. The next run does what is missing.',
  },
  INTERRUPTED: {
    meaning: 'You stopped the run with Ctrl-C or a signal. No partial file was left.',
    remedy: 'Run it again.',
  },
  INTERNAL: {
    meaning: 'A fault in Veil.',
    remedy: 'Report it, with the output of `--verbose` and `veil doctor`.',
  },
};
