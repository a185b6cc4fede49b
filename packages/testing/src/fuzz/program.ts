// Random programs: each op's result against the oracle on that device's own inputs, then the same program captured against its eager results.
import * as x from "@x/tensor";
import type { Device, DType, Tensor, TensorLike } from "@x/tensor";
import { primitivesOf } from "../cases.ts";
import { arrayOps, type Call, type Expected, type Value } from "./arrays.ts";
import { elementwiseOracle } from "../elementwise-oracle.ts";
import { elementOps, notFuzzed, wrapped } from "./elementwise.ts";
import { drawElement, drawNumber, largestF32, type Rng, rngOf, smallestNormal } from "./values.ts";

const functions = x as unknown as Readonly<Record<string, (...args: readonly (TensorLike | number)[]) => Tensor>>;
const integer = (dtype: DType): boolean => dtype === "i32" || dtype === "u32" || dtype === "bool";

/** Names of exported primitives without an oracle, and of oracles without a primitive. */
export function missingOracles(): { readonly missing: string[]; readonly gone: string[] } {
  const exported = primitivesOf(x).map(({ name }) => name);
  const known = [...Object.keys(elementOps), ...Object.keys(arrayOps), ...Object.keys(notFuzzed)];
  return {
    missing: exported.filter((name) => !known.includes(name)),
    gone: known.filter((name) => !exported.includes(name)),
  };
}

const shapes: readonly (readonly number[])[] = [[], [1], [4], [7], [3, 4], [2, 1, 5], [3, 1], [5], [2, 3, 4]];

/** A failure, with what repeats it. */
export class FuzzFailure extends Error {
  override readonly name = "FuzzFailure";
}

/** One step: which values it reads and the call. `throws`: the call must be refused. `at` limits the report to one element. */
interface Step extends Call {
  readonly args: readonly number[];
  readonly throws?: boolean;
  /** operands, numbers and repeated tensors counted, and what the call must give when those of `mask` that are denormal are taken for zero */
  readonly operands?: number;
  readonly expectFlushed?: (mask: number) => Call["expect"];
  /** the same call on doubles, for elementwise ops: how a difference of inputs shows in the result */
  readonly element?: (inputs: readonly number[]) => number;
}

/** Makes and runs program `number` of a seed. @throws FuzzFailure with the smallest call that fails */
export async function runProgram(device: Device, seed: number, number: number): Promise<number> {
  const rng = rngOf(seed * 1_000_003 + number);
  const inputs = Array.from({ length: 1 + rng.below(3) }, () => drawInput(rng, device));
  const [pool, values] = [[...inputs], await Promise.all(inputs.map(valueOf))];
  const steps: Step[] = [];
  const where = `seed ${seed}, program ${number} on ${device.description}`;
  const most = 1 + rng.below(5);
  try {
    for (let tries = 0; steps.length < most && tries < 40; tries++) {
      const step = drawStep(rng, values);
      if (!step) continue;
      const tensors = step.args.map((arg) => pool[arg]!);
      if (step.throws) {
        let refused = false;
        try {
          step.run(...tensors).dispose();
        } catch (error) {
          refused = error instanceof x.DTypeError;
        }
        if (!refused) throw new FuzzFailure(`${step.text} must be refused with a DTypeError (${where}).`);
        continue;
      }
      const given = step.args.map((arg) => values[arg]!);
      const made = step.run(...tensors);
      pool.push(made);
      const got = await valueOf(made);
      compare(step, given, got, device, where);
      values.push(got);
      steps.push(step);
    }
    await compareCaptured(inputs, steps, values, where);
    return steps.length;
  } finally {
    for (const made of pool) made.dispose();
  }
}

function drawInput(rng: Rng, device: Device): Tensor {
  const dtype = rng.pick(["f32", "f32", "f32", "i32", "u32", "bool"] as const);
  const shape = rng.pick(shapes);
  return x.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => drawElement(rng, dtype)),
    { shape, dtype, device },
  );
}

async function valueOf(tensor: Tensor): Promise<Value> {
  return { shape: tensor.shape, dtype: tensor.dtype, data: Array.from(await tensor.data()) };
}

const names = [...Object.keys(elementOps), ...Object.keys(elementOps), ...Object.keys(arrayOps)];

function drawStep(rng: Rng, values: readonly Value[]): Step | undefined {
  const name = rng.pick(names);
  const op = arrayOps[name];
  if (!op) return drawElementwise(rng, name, values);
  const arg = rng.below(values.length);
  const input = values[arg]!;
  if (input.data.length > 200 || (op.types && !op.types.includes(input.dtype))) return undefined;
  const call = op.make(rng, [input]);
  return call && { ...call, args: [arg] };
}

const arities: Readonly<Record<string, number>> = Object.fromEntries(
  primitivesOf(x).map((primitive) => [primitive.name, primitive.inputs.length]),
);

/** Operands of one dtype that broadcast, with numbers among them. */
function drawElementwise(rng: Rng, name: string, values: readonly Value[]): Step | undefined {
  const op = elementOps[name]!;
  const of = op.of ?? elementwiseOracle[name]!.f;
  const arity = arities[name]!;
  const types = op.types ?? ["f32"];
  const indicesOf = (dtype: (d: DType) => boolean): number[] =>
    values.flatMap((value, i) => (dtype(value.dtype) ? [i] : []));
  const firsts = indicesOf((dtype) => (name === "where" ? dtype === "bool" : types.includes(dtype)));
  if (firsts.length === 0) return undefined;
  const first = rng.pick(firsts);
  const operands: (number | { readonly number: number })[] = [first];
  let dtype = values[first]!.dtype;
  if (name === "where") {
    const seconds = indicesOf((each) => types.includes(each)).filter((i) =>
      broadcast([values[first]!.shape, values[i]!.shape]),
    );
    if (seconds.length === 0) return undefined;
    operands.push(rng.pick(seconds));
    dtype = values[operands[1] as number]!.dtype;
  }
  while (operands.length < arity) {
    const shapesSoFar = operands
      .filter((each): each is number => typeof each === "number")
      .map((i) => values[i]!.shape);
    const fitting = indicesOf((each) => each === dtype).filter((i) => broadcast([...shapesSoFar, values[i]!.shape]));
    if (name === "clamp" || rng.chance(0.4))
      operands.push({ number: name === "clamp" ? drawElement(rng, dtype) : drawNumber(rng, dtype) });
    else operands.push(rng.pick(fitting));
  }
  if (arity === 2 && typeof operands[1] !== "number" && rng.chance(0.5)) operands.reverse();
  const args = operands.filter((each): each is number => typeof each === "number");
  const numbers = operands.flatMap((each) => (typeof each === "number" ? [] : [each.number]));
  const limits = dtype === "i32" ? [-(2 ** 31), 2 ** 31 - 1] : dtype === "u32" ? [0, 2 ** 32 - 1] : [0, 1];
  const held = (value: number): boolean =>
    !integer(dtype) || (Number.isInteger(value) && value >= limits[0]! && value <= limits[1]!);
  const throws = op.result !== "bool" && !numbers.every(held);
  // divided by 0, integers are refused by the CPU at once and by a GPU later: division-by-zero.gpu.test.ts
  if (op.divides && integer(dtype)) {
    const divisor = operands[1]!;
    if (typeof divisor === "number" ? values[divisor]!.data.includes(0) : divisor.number === 0) return undefined;
  }
  // a number beside a float is that float
  const rounded = operands.map((each) =>
    typeof each === "number" ? undefined : integer(dtype) ? each.number : Math.fround(each.number),
  );
  const letters = "abc";
  const text = `${name}(${operands.map((each) => (typeof each === "number" ? letters[args.indexOf(each)] : each.number)).join(", ")})`;
  const expectFlushed =
    (mask: number): Call["expect"] =>
    (...inputs) => {
      const shape = broadcast(inputs.map((input) => input.shape))!;
      const result = op.result ?? dtype;
      const rows = shape.reduce((a, b) => a * b, 1);
      const data: number[] = [];
      const allow: number[] = [];
      for (let i = 0; i < rows; i++) {
        const at = inputs.map((input) => input.data[place(i, shape, input.shape)]!);
        const [a = 0, b = 0, c = 0] = rounded.map((constant, k) => {
          const value = constant ?? at[args.indexOf(operands[k] as number)]!;
          return mask & (2 ** k) ? flushed(value) : value;
        });
        const y =
          integer(result) && result !== "bool" && name !== "where" ? wrapped(name, of, result, a, b, c) : of(a, b, c);
        data.push(y);
        allow.push(integer(result) ? 0 : (op.allow?.(y, a, b) ?? 0));
      }
      return { shape, dtype: result, data, allow };
    };
  const element = (inputs: readonly number[]): number =>
    of(
      ...(rounded.map((constant, i) => constant ?? inputs[args.indexOf(operands[i] as number)]!) as [
        number,
        number,
        number,
      ]),
    );
  return {
    text,
    args,
    throws,
    element,
    run: (...tensors) =>
      functions[name]!(
        ...operands.map((each) => (typeof each === "number" ? tensors[args.indexOf(each)]! : each.number)),
      ),
    expect: expectFlushed(0),
    expectFlushed,
    operands: arity,
  };
}

function broadcast(all: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(...all.map((shape) => shape.length));
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = new Set(all.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((size) => size !== 1));
    if (sizes.size > 1) return undefined;
    result.push([...sizes][0] ?? 1);
  }
  return result;
}

/** The index, in a tensor that broadcasts to `shape`, of element `flat`. */
function place(flat: number, shape: readonly number[], own: readonly number[]): number {
  let [result, stride, rest] = [0, 1, flat];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const index = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    const size = own[axis - shape.length + own.length];
    if (size === undefined) break;
    if (size !== 1) result += index * stride;
    stride *= size;
  }
  return result;
}

/** Whether a result is what it must be: NaN for NaN, integers exactly, floats within the rounding to f32 and `allow`. Zeros of both signs are alike. */
function agrees(got: number, want: number, allow: number, dtype: DType): boolean {
  if (allow === Infinity) return true;
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got);
  if (dtype !== "f32") return got === want;
  if (got === Math.fround(want)) return true;
  // beyond the largest f32, or so near to it that the allowed error reaches there
  if (Math.abs(got) === Infinity)
    return (
      Number.isFinite(want) &&
      Math.sign(got) === Math.sign(want) &&
      Math.abs(want) + allow >= largestF32 * (1 - 2 ** -24)
    );
  if (!Number.isFinite(want)) return false;
  return Math.abs(got - want) <= allow + (allow > 0 ? Math.abs(want) * 2 ** -24 + smallestNormal : 0);
}

const flushed = (value: number): number =>
  Math.abs(value) >= smallestNormal ? value : value < 0 || Object.is(value, -0) ? -0 : Number.isNaN(value) ? NaN : 0;

function compare(step: Step, given: readonly Value[], got: Value, device: Device, where: string): void {
  const want = step.expect(...given);
  const variants: Expected[] = [want];
  // WebGPU may take denormal operands for zero, of one and not of the other
  if (device.kind === "webgpu" && step.expectFlushed)
    for (let mask = 1; mask < 2 ** step.operands!; mask++) variants.push(step.expectFlushed(mask)(...given));
  else if (device.kind === "webgpu")
    variants.push(
      step.expect(
        ...given.map((value) => ({ ...value, data: value.dtype === "f32" ? value.data.map(flushed) : value.data })),
      ),
    );
  const report = (what: string): FuzzFailure =>
    new FuzzFailure(
      `${what}\n  ${where}\n  ${step.text} of ${given.map((value, k) => `${"abc"[k]} = ${show(value)}`).join(", ")}`,
    );
  if (got.dtype !== want.dtype || got.shape.join() !== want.shape.join())
    throw report(`${step.text} must be ${want.dtype}[${want.shape}]; got ${got.dtype}[${got.shape}].`);
  const tiny = (value: number): boolean => device.kind === "webgpu" && Math.abs(value) <= smallestNormal;
  for (let i = 0; i < got.data.length; i++) {
    if (
      variants.some(
        ({ data, allow }) =>
          agrees(got.data[i]!, data[i]!, allow[i]!, want.dtype) || (tiny(data[i]!) && tiny(got.data[i]!)),
      )
    )
      continue;
    const operands = step.element
      ? ` for ${given.map((value, k) => `${"abc"[k]} = ${shown(value.data[place(i, want.shape, value.shape)]!)} (${value.dtype})`).join(", ")}`
      : "";
    throw report(
      `${step.text} must be ${shown(want.data[i]!)} within ${want.allow[i]}; got ${shown(got.data[i]!)} at element ${i}${operands}.`,
    );
  }
}

/** The last value of the program captured, called twice, against the eager one: the same but for the rounding that fused ops may differ in. */
async function compareCaptured(
  inputs: readonly Tensor[],
  steps: readonly Step[],
  values: readonly Value[],
  where: string,
): Promise<void> {
  if (steps.length === 0) return;
  const whole = (...given: unknown[]): Tensor => {
    const pool = given as Tensor[];
    for (const step of steps) pool.push(step.run(...step.args.map((arg) => pool[arg]!)));
    return pool.at(-1)!;
  };
  const captured = x.capture(whole);
  const bounds = radii(inputs.length, steps, values);
  const [want, bound] = [values.at(-1)!, bounds.at(-1)!];
  try {
    for (let call = 0; call < 2; call++) {
      const made = captured(...inputs);
      const got = await valueOf(made);
      if (!inputs.includes(made)) made.dispose();
      const at = got.data.findIndex((value, i) => !agrees(value, want.data[i]!, bound[i]!, "f32"));
      if (at < 0 && got.dtype === want.dtype) continue;
      const lines = steps.map(
        (step, i) =>
          `t${i} = ${step.text} of ${step.args.map((arg) => (arg < inputs.length ? `x${arg}` : `t${arg - inputs.length}`))}`,
      );
      throw new FuzzFailure(
        `captured, call ${call}: element ${at} must be ${shown(want.data[at]!)} as eager, within ${bound[at]}; got ${got.dtype} ${shown(got.data[at]!)}.\n  ${where}\n  ` +
          `${inputs.map((_, i) => `x${i} = ${show(values[i]!)}`).join("\n  ")}\n  ${lines.join("\n  ")}`,
      );
    }
  } finally {
    captured.dispose();
  }
}

/**
 * How far each element of each value may be off when ops round otherwise: inputs not at all, results of elementwise ops by twice their own error and by what the error of
 * their operands does to them at its ends. Infinity where that is not known.
 */
function radii(inputs: number, steps: readonly Step[], values: readonly Value[]): number[][] {
  const all: number[][] = values.slice(0, inputs).map(({ data }) => data.map(() => 0));
  for (const step of steps) {
    const given = step.args.map((arg) => values[arg]!);
    const own = step.args.map((arg) => all[arg]!);
    const want = step.expect(...given);
    const exact = own.every((radius) => radius.every((each) => each === 0));
    all.push(
      want.data.map((y, i) => {
        if (!step.element) return exact ? 2 * want.allow[i]! : Infinity;
        const self = integer(want.dtype) ? 0 : 2 * want.allow[i]! + Math.abs(y) * 2 ** -22 + smallestNormal;
        if (!Number.isFinite(y)) return exact ? 0 : Infinity;
        const centre = given.map((value) => value.data[place(i, want.shape, value.shape)]!);
        const radius = own.map((each, k) => each[place(i, want.shape, given[k]!.shape)]!);
        if (radius.every((each) => each === 0)) return self;
        if (radius.some((each, k) => each > 1e-3 * Math.abs(centre[k]!) + 1e-6) || integer(want.dtype)) return Infinity;
        // the interval of an operand's error spans part of a period: its ends say nothing
        if (/^(sin|cos|tan)\(/.test(step.text) && radius[0]! > 0.1) return Infinity;
        let spread = 0;
        for (let corner = 0; corner < 3 ** centre.length; corner++) {
          const moved = step.element!(
            centre.map((value, k) => value + ((Math.floor(corner / 3 ** k) % 3) - 1) * radius[k]!),
          );
          spread = Math.max(spread, Number.isFinite(moved) ? Math.abs(moved - y) : Infinity);
        }
        return /^(floor|sign|cast|share)/.test(step.text) && spread > 0 ? Infinity : self + 2 * spread;
      }),
    );
  }
  return all;
}

function shown(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function show({ data, shape, dtype }: Value): string {
  return `tensor([${data.map(shown).join(", ")}], { shape: [${shape}], dtype: "${dtype}" })`;
}
