// The tensors of an adapter in PEFT's files: their names, shapes and order of elements, which are not always those of the parameters here.
import type { Parameter } from "@x/nn/core";
import type { LowRank } from "@x/nn/adapters";
import { requireArity, requireInstance, sizeOf, strict } from "@x/tensor/core";
import { Adapter } from "./adapter.ts";
import { type AdaptableModule, rowPlaces } from "./modules.ts";

/** What every name begins with. */
const PREFIX = "base_model.model.";

/** A tensor of a pair, as a file has it. */
export interface PairTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly of: (pair: LowRank) => Parameter;
  /** where the elements of the file's tensor go in the parameter; absent: in the same order */
  readonly places?: () => Uint32Array;
}

/**
 * The tensors of a module's pair.
 *
 * @param above how many parameters of the same module of experts have a pair and come after this one: PEFT wraps the module once for each
 */
export function pairTensors(
  module: AdaptableModule,
  rank: number,
  magnitude: boolean,
  above: number,
): readonly PairTensor[] {
  const { name, kind, inFeatures, outFeatures, experts } = module;
  const a = (pair: LowRank): Parameter => pair.a;
  const b = (pair: LowRank): Parameter => pair.b;
  if (kind === "embedding")
    return [
      { name: `${PREFIX}${name}.lora_embedding_A`, shape: [rank, inFeatures], of: a },
      { name: `${PREFIX}${name}.lora_embedding_B`, shape: [outFeatures, rank], of: b },
    ];
  if (kind === "conv")
    return [
      { name: `${PREFIX}${name}.lora_A.weight`, shape: [rank, 1, inFeatures], of: a },
      { name: `${PREFIX}${name}.lora_B.weight`, shape: [outFeatures, rank, 1], of: b },
    ];
  if (experts !== undefined) {
    const path = `${PREFIX}${name.replace(/\.[^.]+$/, "")}${".base_layer".repeat(above)}`;
    return [
      { name: `${path}.lora_A.weight`, shape: [rank * experts, inFeatures], of: a },
      {
        name: `${path}.lora_B.weight`,
        shape: [outFeatures, rank * experts],
        of: b,
        places: () => expertPlaces(module, rank, experts),
      },
    ];
  }
  const rows = rowPlaces(module);
  const places = (width: number): Pick<PairTensor, "places"> => (rows ? { places: () => rowsOf(rows, width) } : {});
  return [
    { name: `${PREFIX}${name}.lora_A.weight`, shape: [rank, inFeatures], of: a },
    { name: `${PREFIX}${name}.lora_B.weight`, shape: [outFeatures, rank], of: b, ...places(rank) },
    ...(magnitude
      ? [
          {
            name: `${PREFIX}${name}.lora_magnitude_vector`,
            shape: [outFeatures],
            of: (pair: LowRank) => pair.magnitude!,
            ...places(1),
          },
        ]
      : []),
  ];
}

/** A tensor of an adapter's file, and the parameter here that holds its elements. */
export interface AdapterTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameter: Parameter;
  /** elements of the parameter, or of its gradient, in the file's order */
  toFile(values: Float32Array): Float32Array;
}

/**
 * The tensors of an adapter's file, in the order of its modules.
 *
 * @throws ConfigError unless `adapter` is an Adapter
 * @example
 * const [first] = adapterTensors(addAdapter(new Mamba2LM(preset("tiny")), { rank: 4 }));
 * console.log(first!.name, first!.shape.join()); // base_model.model.backbone.layers.0.mixer.in_proj.lora_A.weight 4,96
 */
export function adapterTensors(adapter: Adapter): readonly AdapterTensor[] {
  requireArity("adapterTensors", arguments, 1);
  requireInstance("adapterTensors", "adapter", adapter, Adapter, "an Adapter");
  const modules = adapter.modules.map(({ module }) => module);
  return adapter.modules.flatMap(({ module, pair }, i) =>
    pairTensors(module, pair.a.shape.at(-2)!, adapter.config.dora, wrapsAbove(modules, i)).map((tensor) =>
      strict("adapterTensors", {
        name: tensor.name,
        shape: tensor.shape,
        parameter: tensor.of(pair),
        toFile: (values: Float32Array) => toFile(values, tensor),
      }),
    ),
  );
}

/** How many modules of a list wrap the one at `index` from outside: parameters of one module of experts, in their order. */
export function wrapsAbove(modules: readonly AdaptableModule[], index: number): number {
  const { kind, name } = modules[index]!;
  if (kind !== "experts") return 0;
  const parent = name.replace(/\.[^.]+$/, ".");
  return modules.slice(index + 1).filter((other) => other.kind === "experts" && other.name.startsWith(parent)).length;
}

/** A name as {@link pairTensors} has it: without the adapter's name that some tools leave in, whatever the root of the model is called. */
export function normalName(name: string): string {
  return name
    .replace(/\.(lora_[AB])\.[^.]+\.weight$/, ".$1.weight")
    .replace(/\.(lora_embedding_[AB])\.[^.]+$/, ".$1")
    .replace(/\.lora_magnitude_vector(?:\.[^.]+)*$/, ".lora_magnitude_vector");
}

/** The same whatever the root of the model is called: "model" or "backbone". */
export function rootless(name: string): string {
  return name.replace(/^base_model\.model\.(?:model|backbone)\./, PREFIX);
}

/** Elements of a file's tensor out of those of the parameter. */
function toFile(values: Float32Array, { places }: PairTensor): Float32Array {
  if (!places) return values;
  return Float32Array.from(places(), (place) => values[place]!);
}

/** Elements of the parameter out of those of a file's tensor. */
export function fromFile(values: Float32Array, { places, shape }: PairTensor): Float32Array {
  if (!places) return values;
  const own = new Float32Array(sizeOf(shape));
  for (const [i, place] of places().entries()) own[place] = values[i]!;
  return own;
}

function rowsOf(rows: readonly number[], width: number): Uint32Array {
  return Uint32Array.from(
    { length: rows.length * width },
    (_, i) => rows[Math.floor(i / width)]! * width + (i % width),
  );
}

/** B of experts: [out, r·e] there, with the expert last, [e, out, r] here. */
function expertPlaces(module: AdaptableModule, rank: number, experts: number): Uint32Array {
  const { outFeatures } = module;
  const rows = rowPlaces(module) ?? Array.from({ length: outFeatures }, (_, i) => i);
  return Uint32Array.from({ length: outFeatures * rank * experts }, (_, i) => {
    const [row, r, expert] = [Math.floor(i / (rank * experts)), Math.floor(i / experts) % rank, i % experts];
    return (expert * outFeatures + rows[row]!) * rank + r;
  });
}
