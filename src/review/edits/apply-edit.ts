import { assertNever } from '../../errors.ts';
import type { Project } from '../project.ts';
import { addZone, coverAll, mute, removeCoverAll, removeZone, unmute } from './areas.ts';
import type { Edit } from './edit.ts';
import { decide, dismissFinding, group, merge, review, split } from './people.ts';
import { add, removeKey, removeTracks, replaceRows, setKey, trim } from './shapes.ts';

/**
 * Applies an edit to a project.
 *
 * @throws VeilError EDIT_REFUSED where the edit does not fit the project, which stays as it was
 */
export function applyEdit(project: Project, edit: Edit): Project {
  switch (edit.type) {
    case 'decide':
      return decide(project, edit);
    case 'review':
      return review(project, edit);
    case 'merge':
      return merge(project, edit);
    case 'split':
      return split(project, edit);
    case 'group':
      return group(project, edit);
    case 'trim':
      return trim(project, edit);
    case 'add':
      return add(project, edit);
    case 'dismissFinding':
      return dismissFinding(project, edit);
    case 'rows':
      return replaceRows(project, edit);
    case 'key':
      return setKey(project, edit);
    case 'removeKey':
      return removeKey(project, edit);
    case 'removeTracks':
      return removeTracks(project, edit);
    case 'addZone':
      return addZone(project, edit);
    case 'removeZone':
      return removeZone(project, edit);
    case 'coverAll':
      return coverAll(project, edit);
    case 'removeCoverAll':
      return removeCoverAll(project, edit);
    case 'mute':
      return mute(project, edit);
    case 'unmute':
      return unmute(project, edit);
    default:
      return assertNever(edit);
  }
}
