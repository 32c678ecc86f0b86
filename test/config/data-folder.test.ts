import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder, modelFolder } from '../../src/config/data-folder.ts';

describe('dataFolder', () => {
  it('is what VEIL_HOME says, on every system', () => {
    expect(dataFolder({ VEIL_HOME: '/v', XDG_DATA_HOME: '/x' }, 'linux')).toBe('/v');
    expect(modelFolder({ VEIL_HOME: '/v' })).toBe(join('/v', 'models'));
  });

  it('follows the custom of the system otherwise', () => {
    expect(dataFolder({ XDG_DATA_HOME: '/x' }, 'linux')).toBe(join('/x', 'veil'));
    expect(dataFolder({}, 'linux')).toBe(join(homedir(), '.local', 'share', 'veil'));
    expect(dataFolder({}, 'darwin')).toContain('Application Support');
    expect(dataFolder({ LOCALAPPDATA: '/l' }, 'win32')).toBe(join('/l', 'veil'));
  });

  it('ignores relative folders, which would depend on where one stands', () => {
    expect(dataFolder({ XDG_DATA_HOME: 'x', VEIL_HOME: '' }, 'linux')).toBe(
      join(homedir(), '.local', 'share', 'veil'),
    );
  });
});
