/** The files of the page that lists a folder. */
export const LIST_PAGE: readonly string[] = ['index.html', 'style.css', 'main.js', 'rows.js', 'words.js'];

/** Files that it shares with the page of one review. */
export const SHARED_WITH_LIST: readonly string[] = ['controls.css', 'announce.js', 'socket.js'];

/** The files of the page of one review. */
export const PAGE: readonly string[] = [
  ...[
    'index.html',
    'controls.css',
    'style.css',
    'main.js',
    'announce.js',
    'cards.js',
    'commands.js',
    'connection.js',
  ],
  ...[
    'close-up.js',
    'dialogs.js',
    'doubt-walk.js',
    'drawing.js',
    'frames.js',
    'keys.js',
    'model.js',
    'outlines.js',
    'output.js',
    'player.js',
    'spray.js',
  ],
  ...['socket.js', 'stage.js', 'store.js', 'targets.js', 'timeline.js', 'timeline-paint.js'],
];
