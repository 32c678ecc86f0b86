import { ownVersion } from '../../../src/base/own-version.ts';
import { FILE_JOB_FORMAT, type FileJobText } from '../../../src/jobs/queue/file-job.ts';

/** A job as `veil queue add` makes it. */
export function fileJob(change: Partial<FileJobText> = {}): FileJobText {
  return {
    format: FILE_JOB_FORMAT,
    input: 'file:/mnt/a.mp4',
    output: 'file:/mnt/a.veil.mp4',
    report: 'a.veil.report.json',
    tracks: 'a.veil.tracks.json',
    decided: null,
    settings: {},
    partSeconds: null,
    stopsForReview: false,
    findings: 'refuse',
    version: ownVersion(),
    model: '0'.repeat(64),
    ...change,
  };
}
