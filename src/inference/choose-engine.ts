import { VeilError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Engine, Network } from './engine.ts';
import { readChoice, writeChoice } from './choice-file.ts';
import { engineCandidates, type EngineCandidate, type EngineOption } from './engine-candidates.ts';
import { machineKey } from './machine-key.ts';
import { measureEngine, requireAgreement, type Measurement } from './measure-engine.ts';
import { reasonOf } from '../base/reason.ts';

export interface ChooseOptions {
  /** Reads the network for measuring engines; called only for a measurement. */
  readonly network: () => Promise<Network>;
  readonly logger: Logger;
  /** File that stores the choice; without it, each call measures. */
  readonly cacheFile?: string;
  /** Candidates, starting with the reference for correct results. Default: all that Veil knows. */
  readonly candidates?: readonly EngineCandidate[];
}

/** Label of the engine in every installation. */
const STANDARD = 'onnxruntime cpu';

/** A working engine, and its time. */
interface Contender {
  readonly candidate: EngineCandidate;
  readonly engine: Engine;
  readonly milliseconds: number;
}

/**
 * The fastest engine on this machine, of all or of one kind. Each is measured once, with the given network, and the
 * choice is stored until a version or the machine changes.
 *
 * @throws VeilError ENGINE_UNAVAILABLE with all reasons if none works
 */
export async function chooseEngine(option: EngineOption, options: ChooseOptions): Promise<Engine> {
  const { logger, cacheFile } = options;
  const candidates = options.candidates ?? engineCandidates(option);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only.open();
  if (cacheFile === undefined) return (await measureAll(candidates, options)).engine;

  const machine = await machineKey();
  const remembered = await openRemembered(option, candidates, cacheFile, machine, logger);
  if (remembered !== null) return remembered;
  const { engine, choice } = await measureAll(candidates, options);
  await writeChoice(cacheFile, machine, option, choice, logger);
  return engine;
}

async function openRemembered(
  option: EngineOption,
  candidates: readonly EngineCandidate[],
  cacheFile: string,
  machine: string,
  logger: Logger,
): Promise<Engine | null> {
  const choice = await readChoice(cacheFile, machine, option, logger);
  const candidate = candidates.find(({ label }) => label === choice?.winner);
  if (choice === undefined || candidate === undefined) return null;
  try {
    const engine = await candidate.open();
    warnWithoutOnnxRuntime(candidates, choice.milliseconds, logger);
    logger.debug(
      `Engine: ${nameOf(engine)}, measured before as the fastest here (${times(choice.milliseconds)}).`,
    );
    return engine;
  } catch (error) {
    logger.warn(`Engines are measured again: ${reasonOf(error)}`);
    return null;
  }
}

async function measureAll(candidates: readonly EngineCandidate[], { network: read, logger }: ChooseOptions) {
  const network = await read();
  const contenders: Contender[] = [];
  const reasons: string[] = [];
  let reference: Measurement | undefined;
  for (const candidate of candidates) {
    try {
      const engine = await candidate.open();
      const measurement = await measureEngine(engine, network);
      if (reference !== undefined) requireAgreement(measurement, reference);
      reference ??= measurement;
      contenders.push({ candidate, engine, milliseconds: measurement.milliseconds });
    } catch (error) {
      reasons.push(`${candidate.label}: ${reasonOf(error)}`);
    }
  }
  const [winner] = contenders.sort((a, b) => a.milliseconds - b.milliseconds);
  if (winner === undefined) {
    throw new VeilError('ENGINE_UNAVAILABLE', `Nothing here can run the detector. ${reasons.join(' ')}`, {
      hint: 'Install Veil again with its dependencies, without --omit; veil doctor shows what is missing.',
    });
  }
  const milliseconds = Object.fromEntries(
    contenders.map((each) => [each.candidate.label, each.milliseconds]),
  );
  const without = reasons.length === 0 ? '' : ` Not usable: ${reasons.join(' ')}`;
  logger.debug(`Engine: ${nameOf(winner.engine)}, the fastest here (${times(milliseconds)}).${without}`);
  warnWithoutOnnxRuntime(candidates, milliseconds, logger);
  return { engine: winner.engine, choice: { winner: winner.candidate.label, milliseconds } };
}

/** Without it everything runs at half the speed or less, which the user must know. */
function warnWithoutOnnxRuntime(
  candidates: readonly EngineCandidate[],
  milliseconds: Readonly<Record<string, number>>,
  logger: Logger,
): void {
  if (!candidates.some(({ label }) => label === STANDARD) || STANDARD in milliseconds) return;
  logger.warn(
    'ONNX Runtime does not work here, so TensorFlow.js runs the detector, several times slower. See veil doctor.',
  );
}

function nameOf({ name, provider }: Engine): string {
  return `${name} (${provider})`;
}

function times(milliseconds: Readonly<Record<string, number>>): string {
  return Object.entries(milliseconds)
    .map(([label, time]) => `${label} ${time} ms`)
    .join(', ');
}
