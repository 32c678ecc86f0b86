import { stat } from 'node:fs/promises';
import { ownVersion } from '../../base/own-version.ts';
import { prepareVideo, type PreparedVideo } from '../../pipeline/file/media.ts';
import type { Part, PartPlan, PartsOptions } from './part-types.ts';
import { unfit } from './unfit.ts';

/**
 * Probes the input of a plan.
 *
 * @throws VeilError PARTS_UNFIT if input or programs are not those of the plan, and every INPUT_ reason
 */
export async function preparePlanned(plan: PartPlan, options: PartsOptions): Promise<PreparedVideo> {
  if (plan.veil !== ownVersion()) throw unfit(`the plan is of Veil ${plan.veil}`);
  const video = await prepareVideo(options, options.output);
  const { version } = video.binaries.ffmpeg;
  if (plan.versions['ffmpeg'] !== version) throw unfit(`the plan is of another ffmpeg than ${version}`);
  const { size } = await stat(options.input);
  if (size !== plan.input.bytes) throw unfit('the input has changed');
  return video;
}

/** @throws VeilError PARTS_UNFIT */
export function partOfPlan({ parts }: PartPlan, index: number): Part & { readonly isLast: boolean } {
  const part = parts[index];
  if (part === undefined) throw unfit(`it has no part ${index + 1}`);
  return { ...part, isLast: index === parts.length - 1 };
}
