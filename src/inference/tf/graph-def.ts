/** A node of a TensorFlow graph, in the JSON format of TensorFlow.js (`model.json`). */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

export type DataType = 'float32' | 'int32';

export type AttrValue =
  | { readonly s: string }
  | { readonly i: number }
  | { readonly b: boolean }
  | { readonly type: 'DT_FLOAT' | 'DT_INT32' }
  | { readonly shape: { readonly dim: readonly { readonly size: number }[] } }
  | { readonly list: { readonly i: readonly number[] } | { readonly s: readonly string[] } };

export function text(value: string): AttrValue {
  return { s: base64(value) };
}

export function texts(values: readonly string[]): AttrValue {
  return { list: { s: values.map(base64) } };
}

export function int(i: number): AttrValue {
  return { i };
}

export function ints(i: readonly number[]): AttrValue {
  return { list: { i } };
}

export function flag(b: boolean): AttrValue {
  return { b };
}

export function type(dataType: DataType): AttrValue {
  return { type: dataType === 'float32' ? 'DT_FLOAT' : 'DT_INT32' };
}

/** @param sizes -1 for any size */
export function shape(sizes: readonly number[]): AttrValue {
  return { shape: { dim: sizes.map((size) => ({ size })) } };
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}
