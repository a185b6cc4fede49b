// Turns a primitive's cases into tensors: the same numbers on every device, drawn from the names.
import {
  type Case,
  type CaseInput,
  type Device,
  type DType,
  type Fill,
  hostNormal,
  hostUniform,
  isFloat,
  type Primitive,
  type Shape,
  sizeOf,
  type Spec,
  tensor,
  type Tensor,
} from "@x/tensor";

/** Whether an exported value is a primitive. */
export function isPrimitive(value: unknown): value is Primitive {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<Primitive>;
  return (
    typeof candidate.name === "string" &&
    typeof candidate.infer === "function" &&
    Array.isArray(candidate.outputs) &&
    Array.isArray(candidate.cases)
  );
}

/** The primitives among a module's exports, by name. */
export function primitivesOf(module: Readonly<Record<string, unknown>>): Primitive[] {
  const found = new Map(
    Object.values(module)
      .filter(isPrimitive)
      .map((primitive) => [primitive.name, primitive]),
  );
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The cases small enough to test. */
export function testedCases(primitive: Primitive): readonly Case[] {
  return primitive.cases.filter((one) => !one.bench);
}

/** The inputs that a case gives, each in full. */
export function inputsOf(one: Case): [name: string, input: Required<CaseInput>][] {
  return Object.entries(one.inputs as Readonly<Record<string, Shape | CaseInput | undefined>>).flatMap(
    ([name, input]) => {
      if (!input) return [];
      const { shape, dtype = "f32", fill = { normal: [0, 1] } } = "shape" in input ? input : { shape: input };
      return [[name, { shape, dtype, fill }]];
    },
  );
}

/** A case's inputs without their numbers. */
export function specsOf(one: Case): Record<string, Spec> {
  return Object.fromEntries(inputsOf(one).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
}

/** FNV-1a of a text: a seed for what has a name. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** `count` numbers of a fill. */
export function fillNumbers(fill: Fill, count: number, seed: number): number[] {
  if ("values" in fill) return [...fill.values];
  if ("normal" in fill)
    return Array.from(hostNormal({ seed, stream: 1 }, count), (x) => fill.normal[0] + fill.normal[1] * x);
  const unit = hostUniform({ seed, stream: 1 }, count);
  if ("uniform" in fill)
    return Array.from(unit, (x) => Math.fround(fill.uniform[0] + (fill.uniform[1] - fill.uniform[0]) * x));
  const [low, high] = fill.integers;
  return Array.from(unit, (x) => low + Math.floor(x * (high - low)));
}

/** The inputs of a case on a device. With `float` every float input has that dtype. */
export function caseInputs(primitive: Primitive, one: Case, device: Device, float?: DType): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const [name, { shape, dtype, fill }] of inputsOf(one)) {
    const numbers = fillNumbers(fill, sizeOf(shape), seedOf(`${primitive.name} ${one.name} ${name}`));
    inputs[name] = tensor(numbers, { shape, dtype: float && isFloat(dtype) ? float : dtype, device });
  }
  return inputs;
}
