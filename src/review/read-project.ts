import { readFile } from 'node:fs/promises';
import { sha256OfText } from '../base/sha256.ts';
import { editLogOf } from '../documents/decisions.ts';
import { readTracks } from '../documents/tracks-document.ts';
import { EditLog } from './edit-log.ts';
import { History } from './history.ts';
import { projectOf } from './project-document.ts';
import type { Project } from './project.ts';

/**
 * The current decisions about a video: its tracks file, and the edits since it was saved. Changes nothing, so another
 * process may review the file meanwhile.
 *
 * @param tracks path of the tracks file
 * @throws VeilError INPUT_NOT_FOUND, TRACKS_INVALID, EDIT_REFUSED for a damaged log
 */
export async function readProject(tracks: string): Promise<Project> {
  const document = await readTracks(tracks);
  const hash = sha256OfText(await readFile(tracks, 'utf8'));
  await using log = await EditLog.open(editLogOf(tracks), { held: READER, tracks: hash, by: '' });
  const history = new History(projectOf(document, log.ids));
  for (const step of log.steps) history.take(step);
  return history.project;
}

/** A reader takes no lock, and does not repair what a crash cut off. */
const READER = { host: '', pid: 0 };
