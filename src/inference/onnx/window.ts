import type { ConvOptions, Padding } from '../graph.ts';
import { ints, text } from './elements.ts';
import type { OnnxAttribute } from './messages.ts';

/** Kernel, stride, dilation and padding of a convolution or pool; default `same` and stride 1. */
export function windowAttributes(kernel: readonly [number, number], options: ConvOptions): OnnxAttribute[] {
  const { stride = 1, dilation = 1, padding = 'same' } = options;
  return [
    ints('kernel_shape', [...kernel]),
    ints('strides', [stride, stride]),
    ...(dilation === 1 ? [] : [ints('dilations', [dilation, dilation])]),
    paddingAttribute(kernel, stride, dilation, padding),
  ];
}

function paddingAttribute(
  kernel: readonly [number, number],
  stride: number,
  dilation: number,
  padding: Padding,
): OnnxAttribute {
  if (padding === 'valid') return ints('pads', [0, 0, 0, 0]);
  if (padding !== 'same') return ints('pads', [padding.top, padding.left, padding.bottom, padding.right]);
  // With a stride, padding depends on the size of the input, which is known only at run time.
  if (stride > 1) return text('auto_pad', 'SAME_UPPER');
  const total = kernel.map((size) => (size - 1) * dilation);
  const before = total.map((pad) => Math.floor(pad / 2));
  return ints('pads', [...before, ...total.map((pad) => Math.ceil(pad / 2))]);
}
