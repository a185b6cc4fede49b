// A writer of small ONNX models: just enough protobuf for a graph of f32 nodes with fixed shapes.

/** An integer, several, a float, or a text. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number } | { readonly text: string };

export interface OnnxNode {
  readonly op: string;
  /** default: ONNX itself */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
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
  /** f32 values that never change; the session keeps them, in a layout of its own choice */
  readonly weights?: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
  /** i64 vectors: axes */
  readonly constants?: Readonly<Record<string, readonly number[]>>;
}

type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = new TextEncoder();
const elementTypes = { f32: 1, i32: 6, i64: 7 } as const;

function join(parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function varint(value: number): Bytes {
  const digits: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.from([...digits, Number(rest)]);
    digits.push(Number(rest & 127n) | 128);
  }
}

const int = (field: number, value: number): Bytes => join([varint(field << 3), varint(value)]);
const bytes = (field: number, content: Bytes): Bytes =>
  join([varint((field << 3) | 2), varint(content.length), content]);
const message = (field: number, ...parts: readonly Bytes[]): Bytes => bytes(field, join(parts));
const text = (field: number, content: string): Bytes => bytes(field, utf8.encode(content));
const bytesOf = (data: ArrayBufferView): Bytes =>
  new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

const isList = (value: OnnxAttribute): value is readonly number[] => Array.isArray(value);

function attribute(name: string, value: OnnxAttribute): Bytes {
  if (typeof value === "number") return message(5, text(1, name), int(3, value), int(20, 2));
  if (isList(value)) return message(5, text(1, name), ...value.map((each) => int(8, each)), int(20, 7));
  if ("text" in value) return message(5, text(1, name), text(4, value.text), int(20, 3));
  return message(5, text(1, name), varint((2 << 3) | 5), bytesOf(new Float32Array([value.float])), int(20, 1));
}

function node({ op, domain, inputs, outputs, attributes = {} }: OnnxNode): Bytes {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ...(domain === undefined ? [] : [text(7, domain)]),
  );
}

function valueInfo(field: number, { name, shape, type }: OnnxValue): Bytes {
  const dims = shape.map((dim) => message(1, int(1, dim)));
  return message(field, text(1, name), message(2, message(1, int(1, elementTypes[type]), message(2, ...dims))));
}

function initializer(
  name: string,
  type: keyof typeof elementTypes,
  shape: readonly number[],
  data: ArrayBufferView,
): Bytes {
  return message(
    5,
    ...shape.map((dim) => int(1, dim)),
    int(2, elementTypes[type]),
    text(8, name),
    bytes(9, bytesOf(data)),
  );
}

/** The bytes of a model file, opset 21 with ONNX Runtime's own operators. */
export function onnxModel({ nodes, inputs, outputs, constants = {}, weights = {} }: OnnxModel): Bytes {
  const graph = message(
    7,
    ...nodes.map(node),
    text(2, "duel"),
    ...Object.entries(constants).map(([name, values]) =>
      initializer(name, "i64", [values.length], new BigInt64Array(values.map(BigInt))),
    ),
    ...Object.entries(weights).map(([name, { shape, data }]) => initializer(name, "f32", shape, data)),
    ...inputs.map((value) => valueInfo(11, value)),
    ...outputs.map((value) => valueInfo(12, value)),
  );
  const domains = Object.entries({ "": 21, "com.microsoft": 1 }).map(([domain, version]) =>
    message(8, text(1, domain), int(2, version)),
  );
  return join([int(1, 10), graph, ...domains]);
}
