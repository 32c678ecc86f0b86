import type { FileKind } from '../../sink/file-kind.ts';

/** A file that a job makes. */
export interface Result {
  readonly name: string;
  readonly kind: FileKind;
}

/** All results of a job, in one folder. */
export interface Results {
  /** Gets its name last. */
  readonly main: Result;
  /** Files beside it, such as the report. */
  readonly sides: readonly Result[];
}

/** Results that are not visible yet. Disposing of them removes what was not published. */
export interface Staging extends AsyncDisposable {
  /** Folder in which results are made under their final names, private to its owner. */
  readonly folder: string;
  /**
   * Gives them their names, the main one last. It may be repeated, also by another worker, with the same outcome.
   *
   * @param sha256 of the main one
   * @param confirm called right before anything becomes visible; throws if another worker has the job by now
   * @throws VeilError OUTPUT_EXISTS if another file has the name, OUTPUT_…, STORAGE_FAILED
   */
  publish(sha256: string, confirm: () => Promise<void>): Promise<void>;
}

/** Data that steps of a job pass on between machines. Private; removed after the job. */
export interface Workplace {
  /** Null if it does not exist. */
  read(name: string): Promise<string | null>;
  /** Writes the whole text or nothing; a second writer replaces the first. */
  write(name: string, text: string): Promise<void>;
  /** Stores the whole file or nothing. The original may be moved. */
  take(name: string, path: string): Promise<void>;
  /**
   * Makes a stored file available for reading.
   *
   * @param folder to which it may be fetched
   * @returns its path; null if it does not exist
   */
  get(name: string, folder: string): Promise<string | null>;
  /** Removes everything. */
  remove(): Promise<void>;
}

/** Destination of the results of one job. */
export interface Destination {
  readonly workplace: Workplace;
  /**
   * Finishes the publication of a killed worker, and removes its leftovers.
   *
   * @returns whether there was a publication to finish
   */
  recover(): Promise<boolean>;
  /**
   * Removes everything of the job that is not published, after the job has failed.
   *
   * @returns whether its results were published already; those stay
   */
  discard(): Promise<boolean>;
  /** SHA-256 of the file that now has the main result's name, hexadecimal; null if there is none, or it is unknown. */
  hash(): Promise<string | null>;
  /**
   * Checks before the work whether the names of the results are free.
   *
   * @throws VeilError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
   */
  check(): Promise<void>;
  /** Creates the folder for the results. */
  stage(): Promise<Staging>;
}
