// A chain of elementwise ops as one primitive: what capture makes of neighbours, so that values between them never
// reach memory.
import { BoundedCache, keyOf } from "@x/base";
import { elementwiseWasm } from "@x/kernels-wasm";
import { elementwiseProgram } from "@x/kernels-wgsl";
import { type DType, dtypeBytes, hostArray, type HostArray } from "../../numbers/dtype.ts";
import { definePrimitive, type HostTensor, type Primitive, type Spec } from "../../primitive.ts";
import { placeOf } from "../../row-layout.ts";
import { broadcastStrides, sizeOf } from "../../shape.ts";
import { functionOf, type Row } from "./define.ts";
import { elementType } from "./element-type.ts";

/** One op of a chain. Its arguments are numbered: first the inputs of the chain, then the results of earlier steps. */
export interface ChainStep {
  readonly row: Pick<Row, "name" | "js" | "jsInteger" | "wgsl" | "scalar" | "functions">;
  readonly args: readonly number[];
  readonly dtype: DType;
}

/** What identifies a chain: its ops and how they are wired. */
interface ChainParams {
  readonly chain: readonly (readonly [name: string, ...args: number[]])[];
}

const blockSize = 1024;

interface Fused {
  readonly primitive: Primitive;
  readonly params: ChainParams;
}

/** Chains of one kind are one primitive: what devices keep by it serves every recording, and a recording that is gone leaves nothing of its own there. */
const known = new BoundedCache<string, Fused>(1024);
const functionNumbers = new WeakMap<object, number>();
let functions = 0;

function numberOf(f: object | undefined): number {
  if (f === undefined) return 0;
  const number = functionNumbers.get(f) ?? ++functions;
  functionNumbers.set(f, number);
  return number;
}

/** The primitive of a chain over `inputCount` inputs that broadcast to the shape of its last step, `output`. */
export function fusedPrimitive(steps: readonly ChainStep[], inputCount: number, { shape, dtype, rows }: Spec): Fused {
  const output: Spec = { shape, dtype, ...(rows && { rows }) };
  const key = keyOf("fused", [
    inputCount,
    output,
    steps.map(({ row: { name, js, jsInteger, wgsl, functions: tables = [], scalar = false }, args, dtype: type }) => [
      name,
      numberOf(js),
      numberOf(jsInteger),
      wgsl,
      tables.map(numberOf),
      scalar,
      args,
      type,
    ]),
  ]);
  return known.get(key, () => newFused(steps, inputCount, output));
}

function newFused(steps: readonly ChainStep[], inputCount: number, output: Spec): Fused {
  const inputs = Array.from({ length: inputCount }, (_, i) => `x${i}`);
  const primitive = definePrimitive<string, "y", ChainParams>({
    name: "fused",
    inputs,
    outputs: ["y"],
    views: [...inputs, "y"],
    infer: () => ({ y: output }),
    cpu: (x, y) =>
      runChain(
        steps,
        inputs.map((name) => x[name]!),
        y.y,
      ),
    webgpu: (x, _p, caps, y) => {
      const apart = keptApart(steps, inputCount);
      return elementwiseProgram(
        {
          name: "fused",
          shape: output.shape,
          inputs: Object.fromEntries(
            inputs.map((name) => [
              name,
              { shape: x[name]!.shape, type: x[name]!.dtype as Exclude<DType, "f64">, ...placeOf(x[name]!) },
            ]),
          ),
          outputs: { y: { type: output.dtype as Exclude<DType, "f64">, rows: y.y } },
          scalars:
            apart.size > 0 || steps.some((step) => step.args.some((_, j) => repeatsOperand(step, j)))
              ? { zero: { type: "u32", value: 0 } }
              : {},
          statements: steps.map((step, i) => {
            // The second of two equal operands is hidden too: compilers take x − x for 0, which it is not at ∞ and NaN.
            const operands = step.args.map((arg, j) =>
              repeatsOperand(step, j) ? hidden(nameOf(arg, inputCount), i + 16) : nameOf(arg, inputCount),
            );
            const value = substituted(step.row.wgsl, operands);
            return `let t${i} = ${apart.has(i) ? hidden(value, i, step.dtype) : value}`;
          }),
          result: { y: `t${steps.length - 1}` },
          caps,
        },
        [...new Set(steps.flatMap(({ row }) => row.functions ?? []))],
      );
    },
    wasm: (x, _p, y) => {
      const types = [output, ...inputs.map((name) => x[name]!), ...steps].map(({ dtype }) => elementType(dtype));
      if (types.includes(undefined) || steps.some(({ row }) => row.scalar)) return undefined;
      return elementwiseWasm.program({
        shape: output.shape,
        inputs: Object.fromEntries(
          inputs.map((name) => [
            name,
            { shape: x[name]!.shape, type: elementType(x[name]!.dtype)!, ...placeOf(x[name]!) },
          ]),
        ),
        output: { type: elementType(output.dtype)!, rows: y.y },
        steps: steps.map(
          ({ row, args }, i) =>
            [
              `t${i}`,
              substituted(
                row.wgsl,
                args.map((arg) => nameOf(arg, inputCount)),
              ),
            ] as const,
        ),
        result: `t${steps.length - 1}`,
      });
    },
    cases: [],
    cost: (x) => ({
      flops: steps.length * sizeOf(output.shape),
      bytes: [output, ...inputs.map((name) => x[name]!)].reduce(
        (total, { shape, dtype }) => total + sizeOf(shape) * dtypeBytes(dtype),
        0,
      ),
    }),
  });
  return { primitive: primitive as Primitive, params: { chain: steps.map(({ row, args }) => [row.name, ...args]) } };
}

const isOperator = ({ row, dtype }: ChainStep): boolean => dtype === "f32" && !row.wgsl.includes("(");

/** Whether operand `j` of an operator is one of those before it. */
const repeatsOperand = (step: ChainStep, j: number): boolean =>
  isOperator(step) && step.args.indexOf(step.args[j]!) < j;

/**
 * WGSL: a value through an exclusive or with a zero that only the uniforms know; another one for every `place`, so that
 * two hidden values are not known to be equal.
 */
const hidden = (value: string, place: number, type: DType = "f32"): string =>
  `bitcast<${type}>(bitcast<u32>(${value}) ^ (zero >> ${place % 32}u))`;

/**
 * Steps that WGSL compilers could merge with a later one: they take (a / b) · b for a and (a + b) − a for b, which is
 * another number where a quotient or a sum rounds, overflows or is NaN. They are {@link hidden} from each other. So is
 * the magnitude of an i32: NVIDIA's compiler (580.159) takes max(abs(a), c) for max(a, c).
 */
function keptApart(steps: readonly ChainStep[], inputCount: number): ReadonlySet<number> {
  const operators = steps.filter(isOperator);
  const magnitudes = steps.flatMap(({ row, dtype }, i) => (row.name === "abs" && dtype === "i32" ? [i] : []));
  return new Set([
    ...magnitudes,
    ...operators.flatMap(({ args }) =>
      args.map((arg) => arg - inputCount).filter((step) => step >= 0 && isOperator(steps[step]!)),
    ),
  ]);
}

function nameOf(arg: number, inputCount: number): string {
  return arg < inputCount ? `x${arg}` : `t${arg - inputCount}`;
}

/** A row's expression with its operands a, b and c replaced. */
function substituted(wgsl: string, operands: readonly string[]): string {
  return wgsl.replace(/\b[abc]\b/g, (letter) => operands[letter.charCodeAt(0) - 97]!);
}

/**
 * Block by block, so that values between the steps stay in cache. Each step rounds to its own type, as it would alone.
 */
function runChain(steps: readonly ChainStep[], inputs: readonly HostTensor[], y: HostTensor): void {
  const size = sizeOf(y.shape);
  const loads = inputs.map((input) => loader(input, y));
  const registers = [...inputs, ...steps].map(({ dtype }) => hostArray(dtype, blockSize));
  for (let start = 0; start < size; start += blockSize) {
    const count = Math.min(blockSize, size - start);
    for (let k = 0; k < loads.length; k++) loads[k]!(registers[k]!, start, count);
    for (let k = 0; k < steps.length; k++) {
      const { row, args, dtype } = steps[k]!;
      const f = functionOf(row, dtype);
      const [a, b = a, c = a] = args.map((arg) => registers[arg]!) as [HostArray, HostArray?, HostArray?];
      const result = registers[inputs.length + k]!;
      for (let i = 0; i < count; i++) result[i] = f(a[i]!, b![i]!, c![i]!);
    }
    y.data.set(registers.at(-1)!.subarray(0, count), start);
  }
}

type Load = (register: HostArray, start: number, count: number) => void;

/** Fills a register with elements `start …` of an input broadcast to y's shape. */
function loader(input: HostTensor, y: HostTensor): Load {
  const { data } = input;
  const size = sizeOf(input.shape);
  if (size === sizeOf(y.shape)) return (register, start, count) => register.set(data.subarray(start, start + count));
  if (size === 1) return (register) => register.fill(data[0]!);
  const strides = broadcastStrides(input.shape, y.shape);
  return (register, start, count) => {
    for (let i = 0; i < count; i++) {
      let rest = start + i;
      let offset = 0;
      for (let axis = y.shape.length - 1; axis >= 0; axis--) {
        const dim = y.shape[axis]!;
        offset += (rest % dim) * strides[axis]!;
        rest = Math.floor(rest / dim);
      }
      register[i] = data[offset]!;
    }
  };
}
