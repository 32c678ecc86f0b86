/** The files of the page. */
export const PAGE: readonly string[] = [
  ...['index.html', 'style.css', 'main.js', 'announce.js', 'cards.js', 'commands.js', 'connection.js'],
  ...[
    'dialogs.js',
    'doubt-walk.js',
    'drawing.js',
    'frames.js',
    'keys.js',
    'model.js',
    'output.js',
    'player.js',
    'spray.js',
  ],
  ...['stage.js', 'store.js', 'targets.js', 'timeline.js', 'timeline-paint.js'],
];
