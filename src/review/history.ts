import { applyEdit } from './edits/apply-edit.ts';
import type { Edit } from './edits/edit.ts';
import { refused } from './edits/refuse.ts';
import type { Project } from './project.ts';

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
   * Does something new; what was undone before can no longer be redone.
   *
   * @throws VeilError EDIT_REFUSED, and nothing has changed
   */
  apply(edit: Edit): Project {
    const next = applyEdit(this.project, edit);
    this.#projects.splice(this.#at + 1, Infinity, next);
    this.#at += 1;
    return next;
  }

  /** @throws VeilError EDIT_REFUSED where there is nothing to undo */
  undo(): Project {
    if (!this.canUndo) throw refused('There is nothing to undo.');
    this.#at -= 1;
    return this.project;
  }

  /** @throws VeilError EDIT_REFUSED where there is nothing to redo */
  redo(): Project {
    if (!this.canRedo) throw refused('There is nothing to redo.');
    this.#at += 1;
    return this.project;
  }
}
