// A writer of small ONNX models: just enough protobuf for a graph of f32 nodes with fixed shapes.

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | { readonly float: number }>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: "f32" | "i32";
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** i64 vectors: axes */
  readonly constants?: Readonly<Record<string, readonly number[]>>;
}

const utf8 = new TextEncoder();
const elementTypes = { f32: 1, i32: 6, i64: 7 } as const;

function varint(value: number): number[] {
  if (value < 0) return [...varint64(BigInt.asUintN(64, BigInt(value)))];
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

function varint64(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

const int = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, content: ArrayLike<number>): number[] => [...varint((field << 3) | 2), ...varint(content.length), ...Array.from(content)];
const text = (field: number, content: string): number[] => bytes(field, utf8.encode(content));

function attribute(name: string, value: number | { readonly float: number }): number[] {
  if (typeof value === "number") return [...text(1, name), ...int(3, value), ...int(20, 2)];
  return [...text(1, name), ...varint((2 << 3) | 5), ...new Uint8Array(new Float32Array([value.float]).buffer), ...int(20, 1)];
}

function node({ op, inputs, outputs, attributes = {} }: OnnxNode): number[] {
  return [...inputs.flatMap((name) => text(1, name)), ...outputs.flatMap((name) => text(2, name)), ...text(4, op), ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value)))];
}

function valueInfo({ name, shape, type }: OnnxValue): number[] {
  const dims = shape.flatMap((dim) => bytes(1, int(1, dim)));
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, elementTypes[type]), ...bytes(2, dims)]))];
}

function constant(name: string, values: readonly number[]): number[] {
  return [...int(1, values.length), ...int(2, elementTypes.i64), ...text(8, name), ...bytes(9, new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer))];
}

/** The bytes of a model file, opset 23 with the contrib domain. */
export function onnxModel({ nodes, inputs, outputs, constants = {} }: OnnxModel): Uint8Array {
  const graph = [
    ...nodes.flatMap((one) => bytes(1, node(one))), ...text(2, "duel"), ...Object.entries(constants).flatMap(([name, values]) => bytes(5, constant(name, values))),
    ...inputs.flatMap((value) => bytes(11, valueInfo(value))), ...outputs.flatMap((value) => bytes(12, valueInfo(value))),
  ];
  return Uint8Array.from([...int(1, 10), ...bytes(7, graph), ...bytes(8, [...text(1, ""), ...int(2, 21)])]);
}
