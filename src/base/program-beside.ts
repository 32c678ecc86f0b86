/**
 * URL of a program for a child process, beside a module and of the same kind: `.ts` source, or `.js` build.
 *
 * @param module `import.meta.url` of the module
 * @param name of the program, without extension
 */
export function programBeside(module: string, name: string): URL {
  return new URL(`./${name}.${module.endsWith('.ts') ? 'ts' : 'js'}`, module);
}
