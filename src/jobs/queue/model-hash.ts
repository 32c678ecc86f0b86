import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { modelFolder } from '../../config/data-folder.ts';
import { sha256OfFile, sha256OfText } from '../../base/sha256.ts';
import { installHint } from '../../base/missing-package.ts';
import { VEIL_FACE_FILE } from '../../detect/networks/veil-face.ts';
import { VeilError } from '../../errors.ts';
import { ModelStore } from '../../models/model-store.ts';

/** Detectors whose weights are part of a package. */
const PACKAGES: Readonly<Record<string, string>> = {
  webcam: '@mediapipe/face_detection',
  ssd: '@vladmandic/face-api',
};

/**
 * Identifies the network of a detector: two machines with the same checksum find the same faces.
 *
 * @param detector built-in, or the name of a stored model
 * @returns SHA-256 of its weights, or of name and version of the package that contains them, hexadecimal
 * @throws VeilError DETECTOR_UNAVAILABLE, MODEL_NOT_FOUND, MODEL_HASH_MISMATCH
 */
export async function modelHash(detector: string): Promise<string> {
  if (detector === 'crowd') return sha256OfFile(VEIL_FACE_FILE);
  const holder = PACKAGES[detector];
  if (holder !== undefined) return sha256OfText(`${holder}@${await versionOf(holder)}`);
  return sha256OfFile(await new ModelStore(modelFolder()).resolve(detector));
}

async function versionOf(name: string): Promise<string> {
  try {
    const manifest = await readFile(createRequire(import.meta.url).resolve(`${name}/package.json`), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  } catch (cause) {
    throw new VeilError('DETECTOR_UNAVAILABLE', `The package ${name} is missing.`, {
      hint: installHint(name),
      cause,
    });
  }
}
