// Correct before fast: nothing is timed before it gave the right result on this very device. A red check has no speed.
import type { Case, Device, HostArray, Primitive, Tensor } from "@x/tensor/core";
import {
  caseInputs,
  defaultRatios,
  difference,
  evaluate,
  expectClose,
  firstBitDifference,
  referenceOnly,
  testedCases,
} from "@x/testing";
import { deviceInputs } from "./inputs.ts";
import { oracleFor } from "./oracle.ts";
import type { Entry } from "./suite.ts";

/**
 * How far a check went. `cpu`: this very case against another implementation on the CPU (oracle.ts) · `reference`: this case against the primitive's reference, run on the
 * same device, and the small cases on the CPU · `small cases`: those on the CPU; of this size only that results are finite and repeat.
 */
export type CheckDepth = "cpu" | "reference" | "small cases";

export interface Check {
  readonly depth: CheckDepth;
  /** largest rms(got − want)/rms(want) that was seen */
  readonly worst: number;
}

export interface GateOptions {
  /** Operations or bytes up to which the CPU, some 0.5 G/s in plain loops, checks a case of bench size; default 2e8. */
  readonly cpuBudget?: number;
  /** Bytes up to which a case is run again through its reference on the device; default 2.56e8. */
  readonly referenceBudget?: number;
}

/** Remembers what has been checked on one device. */
export class Gate {
  readonly #device: Device;
  readonly #options: Required<GateOptions>;
  readonly #small = new Map<Primitive, Promise<number>>();

  constructor(device: Device, options: GateOptions = {}) {
    this.#device = device;
    this.#options = { cpuBudget: options.cpuBudget ?? 2e8, referenceBudget: options.referenceBudget ?? 2.56e8 };
  }

  /** @throws Error that tells the first difference */
  async check({ primitive, one, cost }: Entry): Promise<Check> {
    const worst = await this.#smallCases(primitive);
    if (!one.bench) return { depth: "cpu", worst };
    const ratio = one.tolerance?.ratio ?? defaultRatios.webgpu;
    const work = Math.max(cost.flops, cost.bytes);
    const got = await this.#run(primitive, one, this.#device);
    for (const [name, data] of Object.entries(got)) requireFinite(`${one.name}: ${name}`, data);
    requireSame(one.name, got, await this.#run(primitive, one, this.#device));
    const oracle = oracleFor(this.#device, primitive, one);
    // A definition element by element takes the square of a kernel's time: the small cases have been compared with it.
    if (oracle && oracle.implementation !== "formula" && work <= this.#options.cpuBudget) {
      return {
        depth: "cpu",
        worst: Math.max(worst, compare(one.name, got, await this.#run(oracle.primitive, one, oracle.device), ratio)),
      };
    }
    if (primitive.reference && this.#device.kind !== "cpu" && cost.bytes <= this.#options.referenceBudget) {
      const want = await this.#run(referenceOnly(primitive), one, this.#device);
      return { depth: "reference", worst: Math.max(worst, compare(one.name, got, want, Math.max(ratio, 1e-4))) };
    }
    return { depth: "small cases", worst };
  }

  /** Every tested case of a primitive, once. */
  #smallCases(primitive: Primitive): Promise<number> {
    let known = this.#small.get(primitive);
    if (!known) this.#small.set(primitive, (known = this.#checkSmall(primitive)));
    return known;
  }

  async #checkSmall(primitive: Primitive): Promise<number> {
    let worst = 0;
    let compared = 0;
    for (const one of testedCases(primitive)) {
      const oracle = oracleFor(this.#device, primitive, one);
      if (!oracle) continue; // a dtype that one implementation alone has
      const got = await evaluateCase(primitive, one, this.#device);
      const want = await evaluateCase(oracle.primitive, one, oracle.device);
      worst = Math.max(worst, compare(one.name, got, want, one.tolerance?.ratio ?? defaultRatios.webgpu));
      compared++;
    }
    if (compared === 0)
      throw new NoOracleError(
        `${primitive.name}: must have a second implementation to be compared with for one of its small cases; it has none on this device.`,
      );
    return worst;
  }

  async #run(primitive: Primitive, one: Case, device: Device): Promise<Record<string, HostArray>> {
    const inputs = deviceInputs(primitive, one, device);
    return evaluateAndFree(primitive, inputs, one);
  }
}

async function evaluateCase(primitive: Primitive, one: Case, device: Device): Promise<Record<string, HostArray>> {
  return evaluateAndFree(primitive, caseInputs(primitive, one, device), one);
}

async function evaluateAndFree(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  one: Case,
): Promise<Record<string, HostArray>> {
  try {
    return await evaluate(primitive, inputs, one.params);
  } finally {
    for (const input of Object.values(inputs)) input.dispose();
  }
}

/** Nothing can tell whether a primitive's numbers are right here, so that it is not timed. */
export class NoOracleError extends Error {
  override readonly name = "NoOracleError";
}

/** The worst ratio, all of them within `ratio`. */
function compare(what: string, got: Record<string, HostArray>, want: Record<string, HostArray>, ratio: number): number {
  const shared = Object.fromEntries(Object.keys(want).map((name) => [name, got[name]!]));
  expectClose(what, shared, want, ratio);
  return Math.max(0, ...Object.keys(want).map((name) => difference(got[name]!, want[name]!).ratio));
}

function requireSame(what: string, first: Record<string, HostArray>, second: Record<string, HostArray>): void {
  for (const name in first) {
    if (firstBitDifference(first[name]!, second[name]!) >= 0)
      throw new Error(`${what}: ${name} must have the same bits in two runs; it has not.`);
  }
}

function requireFinite(what: string, data: HostArray): void {
  if (!(data instanceof Float32Array)) return;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) throw new Error(`${what} must be finite; got ${data[i]} at ${i}.`);
  }
}
