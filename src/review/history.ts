import { applyEdit } from './edits/apply-edit.ts';
import type { Step } from './edits/edit.ts';
import { refused } from './edits/refuse.ts';
import type { Project } from './project.ts';

/** What a step leads to. */
export interface PlannedStep {
  readonly project: Project;
  /** Goes there. Until it is called nothing has changed; it is of no use after another step. */
  readonly commit: () => void;
}

/** A project with everything that was done to it, each step undoable. Projects share what an edit does not touch. */
export class History {
  readonly #projects: Project[];
  #at = 0;

  constructor(project: Project) {
    this.#projects = [project];
  }

  /** As it is now. */
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
   * What a step leads to. After something new, what was undone before can no longer be redone.
   *
   * @throws VeilError EDIT_REFUSED for an edit that does not fit, or where there is nothing to undo or redo
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

  /** Takes a step. Errors as {@link plan}; nothing has changed then. */
  take(step: Step): Project {
    this.plan(step).commit();
    return this.project;
  }
}
