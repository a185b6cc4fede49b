// The golden data of fixtures/model1 and how close a result must come to it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import {
  type Device,
  float32ArrayOf,
  type HostArray,
  readSafetensors,
  type TensorBytes,
  typedArrayOf,
} from "@x/tensor";

const folder = join(import.meta.dirname, "fixtures/model1");

interface Tolerance {
  readonly atol?: number;
  readonly rtol?: number;
  readonly rms?: number;
}

const tolerances = JSON.parse(await readFile(join(folder, "tolerances.json"), "utf8")) as Record<
  string,
  Record<string, Tolerance>
>;

export class Golden {
  readonly #name: string;
  readonly #tensors: ReadonlyMap<string, TensorBytes>;

  constructor(name: string, tensors: ReadonlyMap<string, TensorBytes>) {
    this.#name = name;
    this.#tensors = tensors;
  }

  get names(): string[] {
    return [...this.#tensors.keys()];
  }

  get(name: string): TensorBytes {
    const found = this.#tensors.get(name);
    if (!found) throw new Error(`no tensor ${name} in ${this.#name}`);
    return found;
  }

  /** Integers, row by row. */
  rows(name: string): number[][] {
    const { shape } = this.get(name);
    const flat = [...(typedArrayOf(this.get(name)) as Int32Array)];
    const width = shape.at(-1)!;
    return Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));
  }

  floats(name: string): Float32Array {
    return float32ArrayOf(this.get(name));
  }

  expectClose(name: string, got: HostArray | readonly number[], want: Float32Array = this.floats(name)): void {
    const { atol = 0, rtol = 0, rms } = tolerances[this.#name]![name]!;
    expect(got.length, name).toBe(want.length);
    if (rms !== undefined) {
      const square = (values: ArrayLike<number>, at: (i: number) => number): number =>
        Math.sqrt(Array.from(values, (_, i) => at(i) ** 2).reduce((a, b) => a + b, 0));
      expect(square(want, (i) => got[i]! - want[i]!) / square(want, (i) => want[i]!), name).toBeLessThan(rms);
      return;
    }
    let worst = 0;
    for (let i = 0; i < want.length; i++)
      worst = Math.max(worst, Math.abs(got[i]! - want[i]!) / (atol + rtol * Math.abs(want[i]!)));
    expect(worst, `${name}: error as a fraction of what is allowed`).toBeLessThanOrEqual(1);
  }
}

export async function golden(name: "case" | "grads" | "packed" | "train"): Promise<Golden> {
  return new Golden(name, readSafetensors(await readFile(join(folder, `${name}.safetensors`))).tensors);
}

export async function model1(device?: Device): Promise<Mamba2LM> {
  return Mamba2LM.load(
    async (name) => readFile(join(folder, "official", name)).catch(() => undefined),
    device ? { device } : {},
  );
}
