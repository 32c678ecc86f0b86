import { int, texts, type NodeDef } from './graph-def.ts';

/** Convolutions that add their bias and may apply an activation in the same pass over memory. */
export const FUSED_CONV = '_FusedConv2D';
export const FUSED_DEPTHWISE = 'FusedDepthwiseConv2dNative';

/** Fuses each activation into the convolution before it, if nothing else reads that. */
export function fuseActivations(nodes: readonly NodeDef[]): NodeDef[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readers = new Map<string, number>();
  for (const name of nodes.flatMap(({ input }) => input)) readers.set(name, (readers.get(name) ?? 0) + 1);

  const swallowed = new Set<string>();
  const fused = nodes.map((node) => {
    if (!['Relu', 'Relu6', 'Prelu'].includes(node.op)) return node;
    const [from, ...slope] = node.input;
    const conv = from === undefined ? undefined : byName.get(from);
    if (conv === undefined || (conv.op !== FUSED_CONV && conv.op !== FUSED_DEPTHWISE)) return node;
    if (readers.get(conv.name) !== 1) return node;
    swallowed.add(conv.name);
    const attr = { ...conv.attr, fused_ops: texts(['BiasAdd', node.op]), num_args: int(1 + slope.length) };
    return { name: node.name, op: conv.op, input: [...conv.input, ...slope], attr };
  });
  return inOrder(fused.filter(({ name }) => !swallowed.has(name)));
}

/** A slope may be declared after the fused convolution that reads it, so constants go first. */
function inOrder(nodes: readonly NodeDef[]): NodeDef[] {
  const constants = nodes.filter(({ op }) => op === 'Const');
  return [...constants, ...nodes.filter(({ op }) => op !== 'Const')];
}
