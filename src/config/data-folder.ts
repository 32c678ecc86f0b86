import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for data that outlives a run: `VEIL_HOME`, or `veil` in the system's data folder.
 *
 * @returns a path that may not exist yet
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env['VEIL_HOME'];
  if (own !== undefined && own !== '') return own;
  const home = homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'veil');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'veil');
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.local', 'share'), 'veil');
}

/** Folder of stored models. */
export function modelFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(dataFolder(env), 'models');
}
