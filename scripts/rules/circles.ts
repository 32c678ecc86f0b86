import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { violationAt, type Rule, type RuleFile, type Violation } from './rule.ts';

/** No file needs itself by way of others, not even for a type: each can then be read after those that it imports. */
export const noCircles: Rule = (files) => {
  const sources = new Map(files.filter(isSource).map((file) => [file.path, file]));
  const circles: Violation[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: RuleFile): void => {
    way.push(file.path);
    for (const { node, target } of targetsOf(file)) {
      const next = sources.get(target);
      if (next === undefined || done.has(target)) continue;
      if (way.includes(target)) {
        const circle = [...way.slice(way.indexOf(target)), target];
        circles.push(violationAt(file, node, `imports itself: ${circle.join(' → ')}`));
      } else visit(next);
    }
    way.pop();
    done.add(file.path);
  };
  for (const file of sources.values()) if (!done.has(file.path)) visit(file);
  return circles;
};

function isSource({ path }: RuleFile): boolean {
  return path.startsWith('src/');
}

function targetsOf(file: RuleFile) {
  return importsOf(file)
    .filter(({ name }) => name.startsWith('.'))
    .map(({ node, name }) => ({ node, target: posix.join(posix.dirname(file.path), name) }));
}
