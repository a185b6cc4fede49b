// What a row of the elementwise table becomes: a primitive with broadcasting, CPU loops, a WGSL program and gradients
// summed back.
import { elementwiseWasm } from "@x/kernels-wasm";
import { type Caps, elementwiseProgram, type FunctionTable } from "@x/kernels-wgsl";
import { computeDTypes, type DType, requireDType } from "../../numbers/dtype.ts";
import { apply } from "../../apply.ts";
import { type Case, definePrimitive, type Fill, type Inputs, type Primitive, type Spec } from "../../primitive.ts";
import { mapValues } from "../../device/lowering.ts";
import { placeOf, type RowLayout } from "../../row-layout.ts";
import { tidy } from "../../memory/scope.ts";
import { requireTensors } from "../../arguments/require-tensors.ts";
import { requireArity } from "../../arguments/require.ts";
import { broadcastShapes, sizeOf } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { sumTo } from "../sum.ts";
import { elementType } from "./element-type.ts";
import { mapElements, type ScalarFunction } from "./loops.ts";
import { arithmeticOperands, comparisonOperands, differ, isInteger, quotientOperands } from "./promotion.ts";

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
  /**
   * the op on i32 and u32 where doubles lose bits that the result keeps (products); any 32-bit integer congruent to the
   * result
   */
  readonly jsInteger?: ScalarFunction;
  readonly wgsl: string;
  /**
   * the expression for f32 operands, where NaN, infinities or the sign of zero ask for more than `wgsl`; kernels of
   * both kinds know the functions it calls
   */
  readonly float?: string;
  /** the expression for i32 operands, where the sign matters */
  readonly signed?: string;
  /** tables of the WGSL functions that the expressions call, beside the basic ones; a page holds those that its rows name */
  readonly functions?: readonly FunctionTable[];
  /** there is no vector form of the expression: the CPU device runs `js`, in doubles */
  readonly scalar?: true;
  /** one per operand, undefined where the result is flat; none: the op has no gradient */
  readonly derivatives?: readonly ((call: DerivativeCall) => Tensor | undefined)[];
  /** element types the operands may have; default f32 and f64 */
  readonly types?: readonly DType[];
  /** type of the result; default that of the operands */
  readonly result?: DType;
  /** range of the test inputs; default (-3, 3) */
  readonly domain?: readonly [number, number];
  /** no gradient check, with the reason */
  readonly noGradCheck?: string;
}

export type ElementwisePrimitive = Primitive<Operand, never, "y", undefined> & { readonly row: Row };

/** The primitive of a row. */
/* @__NO_SIDE_EFFECTS__ */
export function defineElementwise(row: Row): ElementwisePrimitive {
  const inputs = (["a", "b", "c"] as const).slice(0, row.arity);
  const derivatives = row.derivatives;
  const primitive = definePrimitive<Operand, "y", undefined>({
    name: row.name,
    inputs,
    outputs: ["y"],
    views: [...inputs, "y"],
    infer: (x) => ({
      y: inferElementwise(
        row,
        inputs.map((name) => x[name]),
      ),
    }),
    cpu: (x, y) =>
      mapElements(
        functionOf(row, y.y.dtype),
        inputs.map((name) => x[name]),
        y.y,
      ),
    webgpu: (x, _p, caps, y) => programOf(row, x, caps, y.y),
    ...(!row.scalar && { wasm: (x, _p, y) => wasmProgramOf(row, x, y.y) }),
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
    cost: (x) => ({
      flops: sizeOf(
        inferElementwise(
          row,
          inputs.map((name) => x[name]),
        ).shape,
      ),
      bytes: bytesMoved(row, x),
    }),
  });
  return { ...primitive, row };
}

/** The kernel expression of a row over operands of a dtype. */
export function expressionOf(
  { wgsl, float = wgsl, signed = wgsl }: Pick<Row, "wgsl" | "float" | "signed">,
  dtype: DType,
): string {
  return dtype === "f32" ? float : dtype === "i32" ? signed : wgsl;
}

/** The op on numbers, for a result of `dtype`. */
export function functionOf(row: Pick<Row, "js" | "jsInteger">, dtype: DType): ScalarFunction {
  return (dtype === "i32" || dtype === "u32" ? row.jsInteger : undefined) ?? row.js;
}

function inferElementwise(row: Row, operands: readonly Spec[]): Spec {
  const data = row.name === "where" ? operands.slice(1) : operands;
  if (row.name === "where") requireDType("where", "condition", operands[0]!.dtype, ["bool"]);
  const dtype = data[0]!.dtype;
  requireDType(row.name, row.arity === 1 ? "x" : row.arity === 2 ? "a" : "b", dtype, row.types ?? computeDTypes);
  for (const other of data) if (other.dtype !== dtype) throw differ(row.name, dtype, other.dtype);
  const shape = operands.map((spec) => spec.shape).reduce((a, b) => broadcastShapes(row.name, a, b));
  return { shape, dtype: row.result ?? dtype };
}

function programOf(
  row: Row,
  x: Inputs<Operand, never, Spec>,
  caps: Caps,
  rows: RowLayout | undefined,
): ReturnType<typeof elementwiseProgram> | undefined {
  const operands = Object.entries(x as Record<string, Spec>);
  const y = inferElementwise(
    row,
    operands.map(([, spec]) => spec),
  );
  if (operands.some(([, spec]) => spec.dtype === "f64")) return undefined;
  return elementwiseProgram(
    {
      name: row.name,
      shape: y.shape,
      inputs: mapValues(x as Record<string, Spec>, (spec) => ({
        shape: spec.shape,
        type: spec.dtype as Exclude<DType, "f64">,
        ...placeOf(spec),
      })),
      outputs: { y: { type: y.dtype as Exclude<DType, "f64">, rows } },
      result: { y: expressionOf(row, operands.at(-1)![1].dtype) },
      caps,
    },
    row.functions,
  );
}

function wasmProgramOf(
  row: Row,
  x: Inputs<Operand, never, Spec>,
  rows: RowLayout | undefined,
): ReturnType<typeof elementwiseWasm.program> {
  const operands = x as Record<string, Spec>;
  const y = inferElementwise(row, Object.values(operands));
  const type = elementType(y.dtype);
  if (!type || Object.values(operands).some(({ dtype }) => !elementType(dtype))) return undefined;
  return elementwiseWasm.program({
    shape: y.shape,
    inputs: mapValues(operands, (spec) => ({ shape: spec.shape, type: elementType(spec.dtype)!, ...placeOf(spec) })),
    output: { type, rows },
    result: expressionOf(row, Object.values(operands).at(-1)!.dtype),
  });
}

function bytesMoved(row: Row, x: Inputs<Operand, never, Spec>): number {
  const operands = Object.values(x as Record<string, Spec>);
  return (
    4 * operands.reduce((total, { shape }) => total + sizeOf(shape), sizeOf(inferElementwise(row, operands).shape))
  );
}

function casesOf(row: Row, inputs: readonly Operand[]): Case<Operand, never, undefined>[] {
  const dtype = row.types?.includes("f32") === false ? row.types[0]! : "f32";
  // Predicates are tried where they hold and where they do not: a result that is the same everywhere would prove
  // nothing.
  const special = [NaN, 1, Infinity, -2, -Infinity];
  const fillOf = (shape: readonly number[], type: DType): Fill => {
    if (type !== "f32") return { integers: [0, 2] };
    if (row.result !== "bool" || sizeOf(shape) > 1e6) return { uniform: row.domain ?? [-3, 3] };
    return row.arity > 1
      ? { integers: [-1, 2] }
      : { values: Array.from({ length: sizeOf(shape) }, (_, k) => special[k % special.length]!) };
  };
  const make = (
    name: string,
    shapes: readonly (readonly number[])[],
    bench = false,
  ): Case<Operand, never, undefined> => ({
    name: `${row.name} ${name}`,
    inputs: Object.fromEntries(
      inputs.map((input, i) => {
        const [shape, type] = [shapes[i]!, row.name === "where" && i === 0 ? "bool" : dtype];
        return [input, { shape, dtype: type, fill: fillOf(shape, type) }];
      }),
    ) as unknown as Inputs<Operand, never, { shape: number[] }>,
    params: undefined,
    ...(bench && { bench }),
    ...(row.noGradCheck && { noGradCheck: row.noGradCheck }),
  });
  const same = (shape: readonly number[]): (readonly number[])[] => inputs.map(() => shape);
  return [
    make("one", same([1])),
    make("odd", same([7, 9])),
    make("vec4", same([4, 16])),
    make("prime", same([257])),
    ...(row.arity > 1 ? [make("broadcast", [[3, 1, 5], [4, 1], [5]]), make("scalar", [[3, 4], [], [1]])] : []),
    make("bench", same([4194304]), true),
  ];
}

/** The function of one tensor of a row. */
/* @__NO_SIDE_EFFECTS__ */
export function unary(primitive: ElementwisePrimitive): (x: Tensor) => Tensor {
  return function (x) {
    requireArity(primitive.row.name, arguments, 1);
    requireTensors(primitive.row.name, { x });
    return apply(primitive, { a: x } as Inputs<Operand, never, Tensor>, undefined).y;
  };
}

/** The function of two operands, either of which may be a number: arithmetic, by the rule of promotion.ts. */
/* @__NO_SIDE_EFFECTS__ */
export function binary(primitive: ElementwisePrimitive): (a: TensorLike, b: TensorLike) => Tensor {
  return function (a, b) {
    requireArity(primitive.row.name, arguments, 2);
    return applyBinary(primitive, ...arithmeticOperands(primitive.row, a, b));
  };
}

/** A comparison of two operands, either of which may be a number: exact, by the rule of promotion.ts. */
/* @__NO_SIDE_EFFECTS__ */
export function comparison(
  primitive: ElementwisePrimitive,
  byName: (name: string) => ElementwisePrimitive,
): (a: TensorLike, b: TensorLike) => Tensor {
  return function (a, b) {
    requireArity(primitive.row.name, arguments, 2);
    const { name, a: left, b: right } = comparisonOperands(primitive.row, a, b);
    return applyBinary(byName(name), left, right);
  };
}

/** A true division: integers give f32. */
/* @__NO_SIDE_EFFECTS__ */
export function quotient(primitive: ElementwisePrimitive): (a: TensorLike, b: TensorLike) => Tensor {
  const divide = (a: TensorLike, b: TensorLike): Tensor =>
    applyBinary(primitive, ...quotientOperands(primitive.row, a, b));
  return function (a, b) {
    requireArity(primitive.row.name, arguments, 2);
    return isInteger(a) || isInteger(b) ? tidy(() => divide(a, b)) : divide(a, b);
  };
}

function applyBinary(primitive: ElementwisePrimitive, a: Tensor, b: Tensor): Tensor {
  return apply(primitive, { a, b } as Inputs<Operand, never, Tensor>, undefined).y;
}
