/** Documents and messages as they should be, before they are damaged. */

const input = {
  ...{ name: 'clip.mp4', bytes: 1000, width: 320, height: 180, frames: 10, timeBase: '1/12800' },
  ...{ start: null, end: null },
};
const tracks = {
  ...{ format: 'veil-tracks/2', versions: { veil: '0.1.0' }, input, detector: 'crowd', looks: 2 },
  origins: ['detected', 'interpolated', 'filled', 'manual'],
  columns: ['frame', 'x', 'y', 'width', 'height', 'origin'],
  curtains: [{ firstFrame: 1, lastFrame: 2 }],
  uncertain: [],
  tracks: [
    { id: 1, score: 0.9, detections: 2, boxes: [0, 1, 2].map((frame) => [frame, 10, 20, 30, 40, 0]) },
    { id: 2, keys: [5, 7].map((frame) => [frame, 10, 20, 30, 40]) },
  ],
  zones: [],
  mutes: [{ from: 0.1, to: 0.3 }],
};

export const TRACKS = [tracks, { ...tracks, tracks: [] }].map((each) => JSON.stringify(each));

export const REPORTS = [
  JSON.stringify({
    ...{ format: 'veil-report/1', frames: 10, config: { shape: 'ellipse', padding: 0.3 } },
    tracks: [{ id: 1, boxes: [[0, 10, 20, 30, 40]] }],
    curtains: [{ firstFrame: 1, lastFrame: 2 }],
    provenance: {
      ...{ input: { sha256: 'a'.repeat(64), bytes: 1000 }, output: { sha256: 'b'.repeat(64), bytes: 900 } },
      ...{ weights: [], settings: 'c'.repeat(64) },
    },
  }),
];

export const CONFIGS = [
  JSON.stringify({ style: 'blur', cells: 5, look: { interval: 3, sizes: [512] }, mute: [[1, 2]], end: 9 }),
  JSON.stringify({ detector: 'crowd', video: { codec: 'h265', crf: 20 }, color: '#102030', report: false }),
];

export const OBSERVATIONS = [
  JSON.stringify({
    format: 'veil-observations/1',
    observations: [0, 1, 2].map((frame) => ({
      ...{ frame, pts: frame * 40, isCut: frame === 0, shift: { x: 0, y: 0.5, zoom: 1 } },
      faces: frame === 1 ? null : [[1, 2, 30, 40, 0.8]],
    })),
  }),
];

export const PREVIEW_MESSAGES = [
  { type: 'watch', codec: 'h264' },
  { type: 'ack', sequence: 3 },
  { type: 'ping', at: 12.5 },
  { type: 'change', settings: { style: 'blur', cells: 4, threshold: 0.3 } },
  { type: 'panic', isOn: true },
].map((message) => JSON.stringify(message));

const box = { x: 1, y: 2, width: 30, height: 40 };
export const REVIEW_MESSAGES = [
  { type: 'edit', edit: { type: 'decide', tracks: [1], state: 'dismissed' } },
  { type: 'edit', edit: { type: 'mute', from: 1, to: 2 } },
  { type: 'follow', track: null, frame: 3, box },
  { type: 'render', word: null },
  { type: 'coverFinding', id: 1 },
].map((message) => JSON.stringify(message));

const who = { by: 'ada', at: '2026-01-02T03:04:05.000Z' };
export const EDIT_LOG = [
  { format: 'veil-edits/1' },
  { ...who, tracks: 'a'.repeat(64) },
  { ...who, edit: { type: 'decide', tracks: [1], state: 'dismissed' } },
  { ...who, undo: true },
].map((line) => `${JSON.stringify(line)}\n`);

/** Two tensors. */
export function safetensors(): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
      b: { dtype: 'F16', shape: [3], data_offsets: [16, 22] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(22, 1)]);
}
