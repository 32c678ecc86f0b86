import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import type { LiveSettings } from '../../frame/live.ts';
import type { Logger } from '../../logger.ts';
import type { LiveSource } from '../../source/live/live-source.ts';
import type { Looker } from './looker.ts';
import type { OverloadLevel } from './overload.ts';

/** What can start and stop while a run goes on. */
export interface Recorder {
  readonly isRecording: boolean;
  record(isOn: boolean): Promise<void>;
}

export interface LiveRunOptions {
  readonly source: LiveSource;
  readonly openLooker: (onFree: () => void) => Promise<Looker>;
  readonly openAnonymizer: (settings: LiveSettings) => Promise<Anonymizer>;
  readonly settings: LiveSettings;
  /** Milliseconds from capture until a frame leaves. */
  readonly delay: number;
  readonly lookInterval: number;
  /** How many of the source's pictures, largest first, a look takes; those after them are for when it is overloaded. */
  readonly lookSizes: number;
  readonly logger: Logger;
  readonly recorder: Recorder | null;
  /** Told when the machine is overloaded, and when it no longer is. */
  readonly onOverload?: (level: OverloadLevel) => void;
}
