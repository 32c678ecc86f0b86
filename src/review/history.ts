import { applyEdit } from './edits/apply-edit.ts';
import type { Step } from './edits/edit.ts';
import { refused } from './edits/refuse.ts';
import type { Project } from './project.ts';

/** The result of a step before it is taken. */
export interface PlannedStep {
  readonly project: Project;
  /** Takes the step. Until then nothing changes; invalid after any other step. */
  readonly commit: () => void;
}

/** A project with all its steps, each undoable. Projects share what an edit does not touch. */
export class History {
  readonly #projects: Project[];
  #at = 0;

  constructor(project: Project) {
    this.#projects = [project];
  }

  /** The current project. */
  get project(): Project {
    return this.#projects[this.#at]!;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#projects.length - 1;
  }

  /**
   * Computes what a step leads to. A new edit discards the steps that could be redone.
   *
   * @throws VeilError EDIT_REFUSED for an edit that does not fit, or without a step to undo or redo
   */
  plan(step: Step): PlannedStep {
    if ('edit' in step) {
      const project = applyEdit(this.project, step.edit);
      return {
        project,
        commit: () => {
          this.#projects.splice(this.#at + 1, Infinity, project);
          this.#at += 1;
        },
      };
    }
    if ('undo' in step && !this.canUndo) throw refused('There is nothing to undo.');
    if ('redo' in step && !this.canRedo) throw refused('There is nothing to redo.');
    const to = this.#at + ('undo' in step ? -1 : 1);
    return {
      project: this.#projects[to]!,
      commit: () => {
        this.#at = to;
      },
    };
  }

  /** Takes a step. Errors as {@link plan}; then nothing has changed. */
  take(step: Step): Project {
    this.plan(step).commit();
    return this.project;
  }
}
