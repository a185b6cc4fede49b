// What a row of the elementwise table becomes: a primitive with broadcasting, CPU loops, a WGSL program and gradients summed back.
import { elementwiseWasm } from "@x/kernels-wasm";
import { type Caps, elementwise as kernel } from "@x/kernels-wgsl";
import { computeFloats, type DType, requireDType } from "../../dtype.ts";
import { DTypeError } from "../../errors.ts";
import { apply, type Case, definePrimitive, type Inputs, mapValues, type Primitive, type Spec } from "../../primitive.ts";
import { broadcastShapes, sizeOf } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { constant } from "../creation.ts";
import { sumTo } from "../sum-to.ts";
import { elementType } from "./element-type.ts";
import { mapElements, type ScalarFunction } from "./loops.ts";

export type Operand = "a" | "b" | "c";

/** What a derivative is made of: the operands, the result, and the gradient that arrived. */
export interface DerivativeCall {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly y: Tensor;
  readonly grad: Tensor;
}

/** A row: the op as a function of numbers, as a WGSL expression of its operands, and its derivatives times `grad`. */
export interface Row {
  readonly name: string;
  /** number of operands */
  readonly arity: 1 | 2 | 3;
  readonly js: ScalarFunction;
  readonly wgsl: string;
  /** the expression for f32 operands, where NaN, infinities or the sign of zero ask for more than `wgsl`; kernels of both kinds know the functions it calls */
  readonly float?: string;
  /** one per operand, undefined where the result is flat; none: the op has no gradient */
  readonly derivatives?: readonly ((call: DerivativeCall) => Tensor | undefined)[];
  /** element types the operands may have; default f32 and f64 */
  readonly types?: readonly DType[];
  /** type of the result; default that of the operands */
  readonly result?: DType;
  /** where the test inputs lie; default (-3, 3) */
  readonly domain?: readonly [number, number];
  /** no gradient check, with the reason */
  readonly noGradCheck?: string;
}

export type ElementwisePrimitive = Primitive<Operand, never, "y", undefined> & { readonly row: Row };

/** The primitive of a row. */
export function defineElementwise(row: Row): ElementwisePrimitive {
  const inputs = (["a", "b", "c"] as const).slice(0, row.arity);
  const derivatives = row.derivatives;
  const primitive = definePrimitive<Operand, "y", undefined>({
    name: row.name,
    inputs,
    outputs: ["y"],
    infer: (x) => ({ y: inferElementwise(row, inputs.map((name) => x[name])) }),
    cpu: (x, y) => mapElements(row.js, inputs.map((name) => x[name]), y.y),
    webgpu: (x, _p, caps) => programOf(row, x, caps),
    wasm: (x) => wasmProgramOf(row, x),
    ...(derivatives && {
      vjp: ({ x, y, grad, needs }) =>
        Object.fromEntries(
          inputs.map((name, i) => {
            const derivative = needs(name) ? derivatives[i]!({ ...x, y: y.y, grad: grad.y! }) : undefined;
            return [name, derivative && sumTo(derivative, x[name].shape)];
          }),
        ),
    }),
    cases: casesOf(row, inputs),
    cost: (x) => ({ flops: sizeOf(inferElementwise(row, inputs.map((name) => x[name])).shape), bytes: bytesMoved(row, x) }),
  });
  return { ...primitive, row };
}

/** The kernel expression of a row over operands of a dtype. */
export function expressionOf({ wgsl, float = wgsl }: Pick<Row, "wgsl" | "float">, dtype: DType): string {
  return dtype === "f32" ? float : wgsl;
}

function inferElementwise(row: Row, operands: readonly Spec[]): Spec {
  const data = row.name === "where" ? operands.slice(1) : operands;
  if (row.name === "where") requireDType("where", "the condition", operands[0]!.dtype, ["bool"]);
  const dtype = data[0]!.dtype;
  requireDType(row.name, "its operand", dtype, row.types ?? computeFloats);
  for (const other of data) {
    if (other.dtype !== dtype) {
      throw new DTypeError(`${row.name}: operands must have one dtype; got ${dtype} and ${other.dtype}. Convert one with cast().`, {
        op: row.name, expected: dtype, got: other.dtype,
      });
    }
  }
  const shape = operands.map((spec) => spec.shape).reduce((a, b) => broadcastShapes(row.name, a, b));
  return { shape, dtype: row.result ?? dtype };
}

function programOf(row: Row, x: Inputs<Operand, never, Spec>, caps: Caps): ReturnType<typeof kernel.program> | undefined {
  const operands = Object.entries(x as Record<string, Spec>);
  const y = inferElementwise(row, operands.map(([, spec]) => spec));
  if (operands.some(([, spec]) => spec.dtype === "f64")) return undefined;
  return kernel.program({
    name: row.name,
    shape: y.shape,
    inputs: mapValues(x as Record<string, Spec>, ({ shape, dtype }) => ({ shape, type: dtype as Exclude<DType, "f64"> })),
    outputs: { y: { type: y.dtype as Exclude<DType, "f64"> } },
    result: { y: expressionOf(row, operands.at(-1)![1].dtype) },
    caps,
  });
}

function wasmProgramOf(row: Row, x: Inputs<Operand, never, Spec>): ReturnType<typeof elementwiseWasm.program> {
  const operands = x as Record<string, Spec>;
  const y = inferElementwise(row, Object.values(operands));
  const type = elementType(y.dtype);
  if (!type || Object.values(operands).some(({ dtype }) => !elementType(dtype))) return undefined;
  return elementwiseWasm.program({
    shape: y.shape, inputs: mapValues(operands, ({ shape, dtype }) => ({ shape, type: elementType(dtype)! })), output: { type },
    result: expressionOf(row, Object.values(operands).at(-1)!.dtype),
  });
}

function bytesMoved(row: Row, x: Inputs<Operand, never, Spec>): number {
  const operands = Object.values(x as Record<string, Spec>);
  return 4 * operands.reduce((total, { shape }) => total + sizeOf(shape), sizeOf(inferElementwise(row, operands).shape));
}

function casesOf(row: Row, inputs: readonly Operand[]): Case<Operand, never, undefined>[] {
  const dtype = row.types?.includes("f32") === false ? row.types[0]! : "f32";
  const fill = dtype === "f32" ? { uniform: row.domain ?? [-3, 3] } as const : { integers: [0, 2] } as const;
  const make = (name: string, shapes: readonly (readonly number[])[], bench = false): Case<Operand, never, undefined> => ({
    name: `${row.name} ${name}`,
    inputs: Object.fromEntries(inputs.map((input, i) => {
      const isCondition = row.name === "where" && i === 0;
      return [input, { shape: shapes[i]!, dtype: isCondition ? "bool" : dtype, fill: isCondition ? { integers: [0, 2] } : fill }];
    })) as unknown as Inputs<Operand, never, { shape: number[] }>,
    params: undefined,
    ...(bench && { bench }),
    ...(row.noGradCheck && { noGradCheck: row.noGradCheck }),
  });
  const same = (shape: readonly number[]): (readonly number[])[] => inputs.map(() => shape);
  return [
    make("one", same([1])), make("odd", same([7, 9])), make("vec4", same([4, 16])), make("prime", same([257])),
    ...(row.arity > 1 ? [make("broadcast", [[3, 1, 5], [4, 1], [5]]), make("scalar", [[3, 4], [], [1]])] : []),
    make("bench", same([4194304]), true),
  ];
}

/** The function of one tensor that a row stands for. */
export function unary(primitive: ElementwisePrimitive): (x: Tensor) => Tensor {
  return (x) => apply(primitive, { a: x } as Inputs<Operand, never, Tensor>, undefined).y;
}

/** The function of two operands, either of which may be a number. */
export function binary(primitive: ElementwisePrimitive): (a: TensorLike, b: TensorLike) => Tensor {
  return (a, b) => {
    const like = typeof a === "number" ? b : a;
    if (typeof like === "number") throw new TypeError(`${primitive.name}: at least one operand must be a tensor; got two numbers.`);
    return apply(primitive, { a: asTensor(a, like), b: asTensor(b, like) } as Inputs<Operand, never, Tensor>, undefined).y;
  };
}

/** A number becomes a scalar of `like`'s dtype on its device. */
export function asTensor(x: TensorLike, like: Tensor): Tensor {
  return typeof x === "number" ? constant(x, like.dtype, like.device) : x;
}
