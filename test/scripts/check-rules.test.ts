import { describe, expect, it } from 'vitest';
import { brandIsMadeOnce } from '../../scripts/rules/brand.ts';
import { noCircles } from '../../scripts/rules/circles.ts';
import { exportsAreDocumented } from '../../scripts/rules/docs.ts';
import { edgeOfTheProgram } from '../../scripts/rules/edge.ts';
import { importDirections } from '../../scripts/rules/imports.ts';
import { linksResolve } from '../../scripts/rules/links.ts';
import { lockLeavesOutScript } from '../../scripts/rules/lock.ts';
import { ruleFile, type Rule } from '../../scripts/rules/rule.ts';
import { filesAreShort, nothingUnfinished } from '../../scripts/rules/text.ts';

/** Messages of a rule about files with this content, by path. */
function check(rule: Rule, files: Record<string, string>): string[] {
  const found = rule(Object.entries(files).map(([path, text]) => ruleFile(path, text)));
  return found.map(({ path, line, message }) => `${path}:${line} ${message}`);
}

describe('import directions', () => {
  it.each([
    [
      'a stage imports another',
      'src/sink/a.ts',
      `import type { Face } from '../detect/detector.ts';`,
      'sink must not import detect',
    ],
    [
      'a shared noun imports a stage',
      'src/frame/a.ts',
      `import '../config/schema.ts';`,
      'frame must not import config',
    ],
    [
      'the logger imports anything',
      'src/logger.ts',
      `import './errors.ts';`,
      'logger must not import errors',
    ],
    [
      'a stage imports the pipeline',
      'src/track/deep/a.ts',
      `export * from '../../pipeline/run.ts';`,
      'track must not import pipeline',
    ],
    [
      'a stage that needs no ffmpeg loads it later',
      'src/track/a.ts',
      `await import('../ffmpeg/process.ts');`,
      'track must not import ffmpeg',
    ],
    [
      'a type comes from another stage',
      'src/source/a.ts',
      `type A = import('../sink/sink.ts').Sink;`,
      'source must not import sink',
    ],
    [
      'fluent-ffmpeg leaves its folder',
      'src/source/a.ts',
      `import f from 'fluent-ffmpeg';`,
      'only ffmpeg/ may import fluent-ffmpeg',
    ],
    ['a folder is new', 'src/other/a.ts', '', 'scripts/rules/imports.ts does not know what other may import'],
    [
      'the program imports a script',
      'src/cli/a.ts',
      `import '../../scripts/demo.ts';`,
      'scripts/demo.ts lies outside src/',
    ],
  ])('are refused when %s', (_, path, text, message) => {
    expect(check(importDirections, { [path]: text })).toEqual([`${path}:1 ${message}`]);
  });

  it('let the pipeline join the stages and stages share the nouns below them', () => {
    const files = {
      'src/pipeline/run.ts': `import '../detect/detector.ts'; import '../sink/sink.ts'; import 'node:fs';`,
      'src/detect/engines/a.ts': `import '../../frame/frame.ts'; import '../detector.ts'; import '../../errors.ts';`,
    };
    expect(check(importDirections, files)).toEqual([]);
  });
});

describe('the edge of the program', () => {
  it.each([
    [`console.log('x');`, 'only cli/ may use console'],
    [`globalThis.console.error('x');`, 'only cli/ may use console'],
    [`process.exit(1);`, 'only cli/ may use process.exit'],
    [`process['exitCode'] = 1;`, 'only cli/ may use process.exitCode'],
    [`const { argv } = process;`, 'only cli/ may use process.argv'],
    [`const home = process.env['HOME'];`, 'track must not read the environment'],
  ])('is the only place for %s', (text, message) => {
    expect(check(edgeOfTheProgram, { 'src/track/a.ts': text })).toEqual([`src/track/a.ts:1 ${message}`]);
    expect(check(edgeOfTheProgram, { 'src/cli/a.ts': text })).toEqual([]);
  });

  it('does not take fields of those names for the globals', () => {
    const text = `const options = { console: 1 }; media.console; child.exit(); process.pid;`;
    expect(check(edgeOfTheProgram, { 'src/track/a.ts': text })).toEqual([]);
  });
});

describe('the brand of an anonymized frame', () => {
  it.each([
    'const a = frame as AnonymizedFrame;',
    'const a = frame as unknown as AnonymizedFrame;',
    'const a = frames as Promise<readonly AnonymizedFrame[]>;',
    'const a = <AnonymizedFrame>frame;',
    'function is(frame: Frame): frame is AnonymizedFrame { return true; }',
    `import type { AnonymizedFrame as Covered } from './frame.ts';`,
    'type Covered = AnonymizedFrame;',
  ])('is not given by %s', (text) => {
    const said = 'only src/anonymize/anonymizer.ts may make an AnonymizedFrame';
    expect(check(brandIsMadeOnce, { 'src/sink/a.ts': text })).toEqual([`src/sink/a.ts:1 ${said}`]);
    expect(check(brandIsMadeOnce, { 'src/anonymize/anonymizer.ts': text })).toEqual([]);
  });

  it('is given to tests by one helper alone', () => {
    const cast = 'const a = frame as AnonymizedFrame;';
    const files = {
      'test/support/first.ts': cast,
      'test/support/second.ts': cast,
      'test/sink/a.test.ts': cast,
    };
    const said = 'one helper in test/support/ alone may make an AnonymizedFrame for tests';
    expect(check(brandIsMadeOnce, files)).toEqual([
      `test/support/second.ts:1 ${said}`,
      `test/sink/a.test.ts:1 ${said}`,
    ]);
  });

  it('may be asked for and returned by anybody', () => {
    const text = `import type { AnonymizedFrame } from '../frame/frame.ts';
      export const write = (frame: AnonymizedFrame): Promise<AnonymizedFrame> => next(frame);`;
    expect(check(brandIsMadeOnce, { 'src/sink/a.ts': text })).toEqual([]);
  });
});

describe('doc blocks', () => {
  it.each([
    ['export function probe() {\n  open();\n  read();\n}', 'probe'],
    ['export class Tracker {}', 'Tracker'],
    ['// A note is not a doc block.\nexport interface Frame { index: number }', 'Frame'],
  ])('are missed on %s', (text, name) => {
    const [violation] = check(exportsAreDocumented, { 'src/a.ts': text });
    expect(violation).toContain(`${name} is exported without a doc block`);
    expect(
      check(exportsAreDocumented, { 'src/a.ts': text.replace('export', '/** Said. */\nexport') }),
    ).toEqual([]);
  });

  it('are not asked for where a name says it all', () => {
    const text = 'function own() { a(); b(); }\nexport function text(name: string) { return bytes(name); }';
    expect(check(exportsAreDocumented, { 'src/a.ts': text })).toEqual([]);
  });
});

describe('files', () => {
  it('may have 300 lines, not 301', () => {
    expect(check(filesAreShort, { 'src/a.ts': 'a;\n'.repeat(300) })).toEqual([]);
    expect(check(filesAreShort, { 'src/a.ts': 'a;\n'.repeat(301) })).toHaveLength(1);
  });

  it('hold no notes of unfinished work', () => {
    expect(check(nothingUnfinished, { 'src/a.ts': 'a;\n// TO' + 'DO: b' })).toHaveLength(1);
    expect(check(nothingUnfinished, { 'src/a.ts': '/**\n * FIX' + 'ME\n */' })).toHaveLength(1);
    expect(check(nothingUnfinished, { 'src/a.ts': 'const TODOS = 1;' })).toEqual([]);
  });
});

describe('links in documents', () => {
  const texts = new Map([
    ['README.md', '# Veil\n[a](docs/a.md) [b](docs/a.md#what-is-in-it) [c](#veil) [d](https://x.org/no)'],
    ['docs/a.md', '## What is *in* it?\n```\n[code](nowhere.md)\n```\n![p](../p.png)'],
  ]);
  const messages = (changed: [string, string][], missing: string[] = []): string[] =>
    linksResolve({
      texts: new Map([...texts, ...changed]),
      exists: (path) => (texts.has(path) || path === 'p.png') && !missing.includes(path),
    }).map(({ path, line, message }) => `${path}:${line} ${message}`);

  it('are fine when files and headings are there', () => {
    expect(messages([])).toEqual([]);
  });

  it('are reported when a file or a heading is gone', () => {
    expect(messages([], ['p.png'])).toEqual(['docs/a.md:5 ../p.png leads nowhere']);
    expect(messages([['README.md', '\n[a](docs/a.md#other) <img src="no.png">']])).toEqual([
      'README.md:2 docs/a.md#other: there is no such heading',
      'README.md:2 no.png leads nowhere',
    ]);
  });
});

describe('the lock file', () => {
  const lock = (fields: object): string =>
    JSON.stringify(
      {
        lockfileVersion: 3,
        packages: {
          'node_modules/esbuild': { version: '0.28.1', hasInstallScript: true },
          'node_modules/onnxruntime-node': { version: '1.30.0', ...fields },
          'node_modules/sharp': { version: '0.35.5' },
        },
      },
      null,
      2,
    );

  it('does not name the install script of ONNX Runtime', () => {
    expect(lockLeavesOutScript(lock({}))).toEqual([]);
    expect(lockLeavesOutScript(lock({ hasInstallScript: true, license: 'MIT' }))).toMatchObject([
      { path: 'package-lock.json', line: 10 },
    ]);
  });
});

describe('import circles', () => {
  it('are told with the way around, types and later imports too', () => {
    const files = {
      'src/a/one.ts': `import { two } from './two.ts';`,
      'src/a/two.ts': `export const load = () => import('../b/three.ts');`,
      'src/b/three.ts': `import type { One } from '../a/one.ts';`,
    };
    const way = 'src/a/one.ts → src/a/two.ts → src/b/three.ts → src/a/one.ts';
    expect(check(noCircles, files)).toEqual([`src/b/three.ts:1 imports itself: ${way}`]);
  });

  it('are not seen where two ways lead to one file', () => {
    const files = {
      'src/one.ts': `import './two.ts'; import './three.ts';`,
      'src/two.ts': `import './four.ts';`,
      'src/three.ts': `import './four.ts'; import 'zod';`,
      'src/four.ts': '',
    };
    expect(check(noCircles, files)).toEqual([]);
  });
});
