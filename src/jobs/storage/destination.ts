import type { FileKind } from '../../sink/file-kind.ts';

/** A file that a job makes. */
export interface Result {
  readonly name: string;
  readonly kind: FileKind;
}

/** What a job makes, in one folder. */
export interface Results {
  /** Gets its name last. */
  readonly main: Result;
  /** What lies beside it, such as the report. */
  readonly sides: readonly Result[];
}

/** Results that are made but not shown: whole and checked, or gone. */
export interface Staging extends AsyncDisposable {
  /** Folder in which they are made under their names, private to its owner. */
  readonly folder: string;
  /**
   * Gives them their names, the main one in the last step. It may be asked for again, by another worker too: the outcome
   * is the same.
   *
   * @param sha256 of the main one
   * @param confirm called right before others can see anything; throws where the job is another worker's by now
   * @throws VeilError OUTPUT_EXISTS where something else has the name, OUTPUT_…, STORAGE_FAILED
   */
  publish(sha256: string, confirm: () => Promise<void>): Promise<void>;
}

/** Data of a job that its steps leave for one another, on whichever machine they run. Private; gone after the job. */
export interface Workplace {
  /** Null where there is none. */
  read(name: string): Promise<string | null>;
  /** Writes whole or not at all; a second writer replaces the first. */
  write(name: string, text: string): Promise<void>;
  /** Takes a file in, whole or not at all. It may be moved. */
  take(name: string, path: string): Promise<void>;
  /**
   * A file that was taken in, for reading.
   *
   * @param folder where it may be fetched to
   * @returns its path; null where there is none
   */
  get(name: string, folder: string): Promise<string | null>;
  /** Removes everything. */
  remove(): Promise<void>;
}

/** Where the results of one job go. */
export interface Destination {
  readonly workplace: Workplace;
  /**
   * Finishes a publication that a killed worker began, and removes what else it left.
   *
   * @returns whether there was one
   */
  recover(): Promise<boolean>;
  /** SHA-256 of what has the name of the main result now, hexadecimal; null where there is nothing, or nobody knows. */
  hash(): Promise<string | null>;
  /** Text of a result that lies there now; null where there is none. */
  read(name: string): Promise<string | null>;
  /**
   * Refuses names that are taken, before the work.
   *
   * @throws VeilError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
   */
  check(): Promise<void>;
  /** Begins to make the results. */
  stage(): Promise<Staging>;
}
