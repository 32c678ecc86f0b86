/** A network that Veil knows by name, pinned to one file by its hash. */
export interface KnownModel {
  readonly name: string;
  /** File name of its publisher. */
  readonly file: string;
  readonly sha256: string;
  /** Exact size; downloads never exceed it. */
  readonly bytes: number;
  readonly license: string;
  readonly description: string;
  /** Download addresses, best first. */
  readonly urls: readonly string[];
}

/** Detectors without a model file; stored models can't have these names. */
export const BUILT_IN: readonly Pick<KnownModel, 'name' | 'description'>[] = [
  { name: 'crowd', description: "Veil's own network: whole scenes, near and far faces. The default." },
  { name: 'webcam', description: 'MediaPipe BlazeFace: near faces, weak machines.' },
  { name: 'ssd', description: 'SSD MobileNetV1: slower, and misses more; to compare with.' },
];

export const BUILT_IN_NAMES: readonly string[] = BUILT_IN.map(({ name }) => name);

const YUNET_FOLDER = 'opencv/opencv_zoo/82b38c8f98e7b52aa171400f3e4c722352d0669f/models/face_detection_yunet';

export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    name: 'yunet',
    file: 'face_detection_yunet_2023mar.onnx',
    sha256: '8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4',
    bytes: 232_589,
    license: 'MIT',
    description:
      'YuNet 2023mar: small, fast, with fewer false alarms than the default; finds fewer small faces.',
    urls: [
      // The repository uses Git LFS: raw.githubusercontent.com would return the pointer, not the file.
      `https://media.githubusercontent.com/media/${YUNET_FOLDER}/face_detection_yunet_2023mar.onnx`,
      'https://huggingface.co/opencv/face_detection_yunet/resolve/main/face_detection_yunet_2023mar.onnx',
    ],
  },
];

export function knownModel(name: string): KnownModel | undefined {
  return KNOWN_MODELS.find((model) => model.name === name);
}
