// The suite: every exported primitive of @x/tensor and @x/nn, in the sizes of its own `cases`. There is no list here to keep in step.
import { primitivesOf, specsOf } from "@x/testing";
import * as nn from "@x/nn";
import * as tensor from "@x/tensor/core";
import type { Case, Cost, Primitive, Spec } from "@x/tensor/core";

/** One row to be measured. */
export interface Entry {
  /** `matmul / input projection of a 130 M model`: unique, stable between versions */
  readonly id: string;
  readonly package: string;
  readonly primitive: Primitive;
  readonly one: Case;
  readonly cost: Cost;
}

export interface SuiteOptions {
  /** words that must all occur in the id; `a|b` is either */
  readonly filter?: string;
  /** "bench": the bench cases, and the largest tested one where there is none; "all": every case */
  readonly sizes?: "bench" | "all";
  /** operations or bytes of the largest case; a primitive whose bench cases are all larger shows its largest tested one. Default: no limit */
  readonly mostWork?: number;
  /** measure these instead of the libraries' exports: a fixture of a test */
  readonly modules?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The rows of the suite, biggest packages' names first, in a stable order. */
export function suite({
  filter = "",
  sizes = "bench",
  mostWork = Infinity,
  modules = { tensor, nn },
}: SuiteOptions = {}): Entry[] {
  return Object.entries(modules).flatMap(([name, module]) =>
    primitivesOf(module)
      .filter((primitive) => !primitive.alias)
      .flatMap((primitive) => chosenCases(primitive, sizes, mostWork).map((one) => entryOf(name, primitive, one)))
      .filter(({ id }) => matches(id, filter)),
  );
}

/** Whether an id has every word of a filter. */
export function matches(id: string, filter: string): boolean {
  const text = id.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => word.split("|").some((part) => text.includes(part)));
}

function chosenCases(primitive: Primitive, sizes: "bench" | "all", mostWork: number): readonly Case[] {
  const work = (one: Case): number => {
    const { flops, bytes } = costOf(primitive, one);
    return Math.max(flops, bytes);
  };
  const feasible = primitive.cases.filter((one) => work(one) <= mostWork);
  if (sizes === "all") return feasible;
  const bench = feasible.filter((one) => one.bench);
  if (bench.length > 0 || feasible.length === 0) return bench;
  return [feasible.reduce((most, one) => (work(one) > work(most) ? one : most))];
}

function entryOf(name: string, primitive: Primitive, one: Case): Entry {
  return { id: `${primitive.name} / ${one.name}`, package: name, primitive, one, cost: costOf(primitive, one) };
}

/** The primitive's own count; without one, no operations and every input and output moved once. */
export function costOf(primitive: Primitive, one: Case): Cost {
  const specs = specsOf(one);
  if (primitive.cost) return primitive.cost(specs, one.params);
  const outputs = Object.values(primitive.infer(specs, one.params)).filter((spec): spec is Spec => spec !== undefined);
  return {
    flops: 0,
    bytes: [...Object.values(specs), ...outputs].reduce(
      (sum, { shape, dtype }) => sum + tensor.sizeOf(shape) * tensor.dtypeBytes(dtype),
      0,
    ),
  };
}

/** The limit of work on devices where the bench sizes take minutes. */
export const slowDeviceWork = 6e7;
