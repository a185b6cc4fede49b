// What adapters can change: the weights of a model as the modules of a library, each as rows of one of this project's parameters.
import type { Mamba2Config } from "../config/config.ts";
import type { CheckpointLayout, LayoutName } from "../families/family.ts";
import type { FileTensor } from "../families/tensor-ranges.ts";
import { canHold, LAYOUTS, layoutFor } from "../families/table.ts";
import { parameterShapes } from "../config/parameter-shapes.ts";

/** How a module computes. */
export type ModuleKind = "linear" | "conv" | "embedding" | "experts";

/** A module that an adapter can change. */
export interface AdaptableModule {
  /** as the library has it in memory: "model.layers.0.self_attn.q_proj"; of experts the parameter, "….experts.up_proj" */
  readonly name: string;
  readonly kind: ModuleKind;
  /** the path of the parameter that it is, or is rows of */
  readonly parameter: string;
  /** rows [begin, end) of the parameter, of experts of each one's matrix, in the module's order; in the parameter's they are one range */
  readonly rows: readonly (readonly [begin: number, end: number])[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** how many matrices, of experts */
  readonly experts?: number;
  /** whether it is a product of hidden states other than the head and the choice of experts: what "all-linear" means */
  readonly plain: boolean;
}

/** The layout whose modules adapters are named after: that of transformers which can hold the model, where there is one. */
export function adapterLayout(config: Mamba2Config): LayoutName {
  if (!config.layers && canHold("hf", config)) return "hf";
  return layoutFor(config);
}

/** The modules of a model that adapters can change, in the order of its layers. */
export function modulesOf(config: Mamba2Config, layout: LayoutName): readonly AdaptableModule[] {
  const family = LAYOUTS[layout];
  const shapes = parameterShapes(config);
  // experts stacked, as the library has them in memory
  return family.tensors(config, STACKED).flatMap((tensor) => moduleOf(tensor, family, shapes) ?? []);
}

const STACKED: ReadonlySet<string> = new Set([".experts.up_proj"]);

function moduleOf(
  tensor: FileTensor,
  family: CheckpointLayout,
  shapes: ReadonlyMap<string, readonly number[]>,
): AdaptableModule | undefined {
  const [first] = tensor.shape.length > 1 ? tensor.ranges() : [];
  const kind = first && kindOf(first.parameter);
  if (!first || !kind) return undefined;
  const { parameter } = first;
  const whole = shapes.get(parameter)!;
  const name = family.memoryName?.(tensor.name) ?? tensor.name;
  const stacked = kind === "experts";
  const inFeatures = whole.at(-1)!;
  const [perMatrix, experts] = stacked ? [whole[1]! * inFeatures, whole[0]!] : [Infinity, undefined];
  const rows = tensor
    .ranges()
    .filter((_, i, { length }) => experts === undefined || i < Math.max(1, length / experts))
    .map(({ begin, size }): readonly [number, number] => {
      const at = begin / inFeatures;
      return [at, at + Math.min(size, perMatrix) / inFeatures];
    });
  return Object.freeze({
    name: stacked ? name : name.replace(/\.weight$/, ""),
    kind,
    parameter,
    rows: Object.freeze(rows),
    inFeatures,
    outFeatures: rows.reduce((sum, [begin, end]) => sum + end - begin, 0),
    ...(experts !== undefined && { experts }),
    plain: kind === "linear" && parameter !== "lm_head.weight" && !parameter.endsWith(".router.weight"),
  });
}

/** Of matrices alone. */
function kindOf(parameter: string): ModuleKind | undefined {
  if (parameter === "backbone.embedding.weight") return "embedding";
  if (parameter.endsWith(".conv1d.weight")) return "conv";
  if (/\.experts\.(?:up|down)$/.test(parameter)) return "experts";
  return parameter.endsWith(".weight") ? "linear" : undefined;
}

/** The range of the parameter's rows that a module has. */
export function rangeOf({ rows }: AdaptableModule): readonly [begin: number, end: number] {
  return [Math.min(...rows.map(([begin]) => begin)), Math.max(...rows.map(([, end]) => end))];
}

/** For each row of a module its place in {@link rangeOf}; undefined where all are in their places. */
export function rowPlaces(module: AdaptableModule): readonly number[] | undefined {
  const { rows } = module;
  if (rows.length === 1) return undefined;
  const [least] = rangeOf(module);
  return rows.flatMap(([begin, end]) => Array.from({ length: end - begin }, (_, i) => begin - least + i));
}
