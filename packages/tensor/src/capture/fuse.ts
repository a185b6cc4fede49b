// Fusion of recorded elementwise ops: a value with one elementwise reader of its shape is computed inside that reader.
import type { DType } from "../numbers/dtype.ts";
import { castExpression } from "../ops/elementwise/cast-expression.ts";
import { type ElementwisePrimitive, expressionOf, type Row } from "../ops/elementwise/define.ts";
import { type ChainStep, fusedPrimitive } from "../ops/elementwise/fused.ts";
import { sameRows } from "../row-layout.ts";
import { sameShape } from "../shape.ts";
import type { Storage } from "../memory/storage.ts";
import { largeBytes, readersOf, writesOf } from "./readers.ts";
import type { Node, Outside, Value } from "./recording.ts";

/** 8 storage buffers in all, one of them the result. */
const maxInputs = 7;
const maxSteps = 48;
/** Nodes between a chain and its reader, from which on it is not computed there if that holds more memory meanwhile. */
const minApart = 4;

/** A chain being built: steps refer to inputs by value and to each other by position. */
interface Chain {
  readonly inputs: readonly Value[];
  readonly steps: readonly {
    readonly row: ChainStep["row"];
    readonly args: readonly (Value | number)[];
    readonly dtype: DType;
  }[];
  readonly output: Value;
  /** The op as it was recorded, while the chain is a single op. */
  readonly alone?: Node;
}

/** The same computation with elementwise chains as single nodes. `results` must stay in memory. */
export function fuseElementwise(
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
): readonly Node[] {
  const readers = readersOf(nodes);
  const written = writesOf(nodes, outside);
  const open = new Map<Storage, { chain: Chain; at: number }>();
  const fused: (Node | Chain)[] = [];
  nodes.forEach((node, at) => {
    const alone = chainOf(node);
    if (!alone) return void fused.push(node);
    let chain = alone;
    const inputs = [...new Set(Object.values(node.inputs))];
    for (const input of inputs) {
      const { storage } = input;
      const producer = open.get(storage);
      if (!producer || readers.get(storage)!.length !== 1 || results.has(storage)) continue;
      if (!sameValue(producer.chain.output, input) || !sameShape(input.shape, chain.output.shape)) continue;
      // A view of the value that the same node reads needs the value in memory.
      if (inputs.some((other) => other.storage === storage && !sameValue(input, other))) continue;
      // What the producer read must still be what it was.
      if (producer.chain.inputs.some((read) => written(read.storage, producer.at - 1, at + 1))) continue;
      // What only the producer read would be held until here, in place of its result.
      const held = producer.chain.inputs.reduce((sum, { storage: read }) => {
        const needed = outside.has(read) || results.has(read) || readers.get(read)!.at(-1)! > producer.at;
        return needed ? sum : sum + read.sizeBytes;
      }, -storage.sizeBytes);
      if (at - producer.at >= minApart && held >= largeBytes) continue;
      const merged = merge(producer.chain, chain);
      if (merged.inputs.length > maxInputs || merged.steps.length > maxSteps) continue;
      fused.splice(fused.indexOf(producer.chain), 1);
      open.delete(storage);
      chain = merged;
    }
    fused.push(chain);
    open.set(chain.output.storage, { chain, at });
  });
  return fused.map((item) => ("steps" in item ? (item.alone ?? nodeOf(item)) : item));
}

const castTypes: readonly DType[] = ["f32", "i32", "u32", "bool"];

/** The chain of a single elementwise op or conversion; undefined for other primitives. */
function chainOf(node: Node): Chain | undefined {
  const { primitive, params, inputs, outputs } = node;
  const output = outputs["y"]!;
  const values = primitive.inputs.map((name) => inputs[name]!);
  const own = (primitive as Partial<ElementwisePrimitive>).row;
  const row = own
    ? { ...own, wgsl: expressionOf(own, values.at(-1)!.dtype) }
    : primitive.name === "cast"
      ? castRow(values[0]!.dtype, params as { dtype: DType })
      : undefined;
  return row && { inputs: unique(values), steps: [{ row, args: values, dtype: output.dtype }], output, alone: node };
}

const castRows = new Map<string, ChainStep["row"]>();

/** The same object for the same types: chains are known again by their rows. */
function castRow(from: DType, { dtype }: { dtype: DType }): ChainStep["row"] | undefined {
  if (!castTypes.includes(from) || !castTypes.includes(dtype)) return undefined;
  const key = `${from} ${dtype}`;
  const known = castRows.get(key);
  if (known) return known;
  const js: Row["js"] =
    dtype === "bool" ? (a) => (a === 0 ? 0 : 1) : from === "f32" && dtype !== "f32" ? saturating(dtype) : (a) => a;
  const row = { name: `cast ${dtype}`, js, wgsl: castExpression(from, dtype, "a") };
  castRows.set(key, row);
  return row;
}

function saturating(dtype: DType): Row["js"] {
  const [low, high] = dtype === "i32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return (a) => Math.max(low, Math.min(high, a));
}

function sameValue(a: Value, b: Value): boolean {
  return (
    a.storage === b.storage &&
    a.offset === b.offset &&
    a.dtype === b.dtype &&
    sameShape(a.shape, b.shape) &&
    sameRows(a.rows, b.rows)
  );
}

function unique(values: readonly Value[]): Value[] {
  return values.filter((value, i) => values.findIndex((other) => sameValue(other, value)) === i);
}

/** `consumer` with `producer` computed inside. */
function merge(producer: Chain, consumer: Chain): Chain {
  const shift = producer.steps.length;
  const result = shift - 1;
  const steps = consumer.steps.map(({ row, args, dtype }) => ({
    row,
    dtype,
    args: args.map((arg) => (typeof arg === "number" ? arg + shift : sameValue(arg, producer.output) ? result : arg)),
  }));
  const inputs = unique([...producer.inputs, ...consumer.inputs.filter((input) => !sameValue(input, producer.output))]);
  return { inputs, steps: [...producer.steps, ...steps], output: consumer.output };
}

/** The node of a chain of several ops. */
function nodeOf({ inputs, steps, output }: Chain): Node {
  const number = (arg: Value | number): number =>
    typeof arg === "number" ? inputs.length + arg : inputs.findIndex((input) => sameValue(input, arg));
  const { primitive, params } = fusedPrimitive(
    steps.map(({ row, args, dtype }) => ({ row, dtype, args: args.map(number) })),
    inputs.length,
    output,
  );
  return {
    primitive,
    params,
    inputs: Object.fromEntries(inputs.map((input, i) => [`x${i}`, input])),
    outputs: { y: output },
  };
}
