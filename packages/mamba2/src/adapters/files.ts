// Adapters as files: PEFT's adapter_config.json and adapter_model.safetensors, both ways.
import {
  checkOptions,
  CheckpointError,
  float32ArrayOf,
  readSafetensors,
  requireArity,
  requireInstance,
  requireText,
  type TensorBytes,
  writeSafetensors,
} from "@x/tensor/core";
import { parseConfigJson } from "../checkpoint/detect.ts";
import { ADAPTER_CONFIG, ADAPTER_TORCH, ADAPTER_WEIGHTS } from "../checkpoint/file-names.ts";
import { type CheckpointFiles, readerOf } from "../checkpoint/file-reader.ts";
import type { WrittenCheckpoint } from "../checkpoint/files.ts";
import { storedBytes, storedDType } from "../checkpoint/host.ts";
import { readTorchBin } from "../checkpoint/torch-bin.ts";
import { warn, type WarningOptions } from "../checkpoint/warnings.ts";
import type { Mamba2Config } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import { canHold, LAYOUT_NAMES, LAYOUTS } from "../families/table.ts";
import type { Mamba2LM } from "../model/model.ts";
import { type AdaptedBase, Adapter } from "./adapter.ts";
import { adopt, baseOf, requireModel } from "./attach.ts";
import { otherBase } from "./base-name.ts";
import { type AdaptableModule, adapterLayout, modulesOf } from "./modules.ts";
import { peftConfigText, type ReadAdapterConfig, readPeftConfig } from "./peft-config.ts";
import {
  adapterTensors,
  fromFile,
  normalName,
  type PairTensor,
  pairTensors,
  rootless,
  wrapsAbove,
} from "./peft-tensors.ts";
import { missingModules } from "./peft-missing-modules.ts";
import { isRefused, type Target, targetOf } from "./targets.ts";
import { utf8 } from "../checkpoint/utf8.ts";

const LISTED = 5;

/** Options of `loadAdapter`. */
export interface LoadAdapterOptions extends WarningOptions {
  /** what tells it from the model's other adapters; default "default" */
  readonly name?: string;
  /** name or folder of the model, to be compared with what the file says of its base; default: where the model was loaded from, if it was loaded by name or from a folder */
  readonly baseModel?: string;
}

/** Options of `saveAdapter`. */
export interface SaveAdapterOptions extends WarningOptions {
  /** name or folder of the base, for base_model_name_or_path; default: what the adapter was read with, else none */
  readonly baseModel?: string;
}

/** A module whose pair is in a file, and the file's tensors of it. */
interface FoundPair {
  readonly target: Target;
  readonly tensors: readonly (readonly [PairTensor, TensorBytes])[];
}

/**
 * Loads an adapter from PEFT's files (adapter_config.json, and adapter_model.safetensors or adapter_model.bin), attaches it and makes it the one in use.
 *
 * @param files by name, or a function that reads one by name; `loadAdapterFolder` of "@x/mamba2/node" reads folders
 * A base of another name is told, by `onWarning`.
 *
 * @throws CheckpointError for missing files and for tensors that do not fit the model; ConfigError for what adapters here do not compute, and a name that is taken
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const { files } = await saveAdapter(addAdapter(model, { targets: ["in_proj"] }));
 * const adapter = await loadAdapter(model, files, { name: "again" });
 */
export async function loadAdapter(
  model: Mamba2LM,
  files: CheckpointFiles,
  options: LoadAdapterOptions = {},
): Promise<Adapter> {
  requireArity("loadAdapter", arguments, 3);
  requireModel("loadAdapter", model);
  checkOptions<LoadAdapterOptions>("loadAdapter", options, { name: true, baseModel: true, onWarning: "function" });
  const baseModel = options.baseModel ?? model.origin?.name;
  const adapter = await readAdapter(baseOf(model), files, {
    ...options,
    ...(baseModel !== undefined && { baseModel }),
  });
  try {
    adopt("loadAdapter", model, adapter);
    return adapter;
  } catch (error) {
    adapter.dispose();
    throw error;
  }
}

/** The adapter in files, of a model that need not be in memory. */
export async function readAdapter(
  base: AdaptedBase,
  files: CheckpointFiles,
  { name = "default", baseModel, ...warning }: LoadAdapterOptions,
): Promise<Adapter> {
  requireText("loadAdapter", "name", name);
  if (baseModel !== undefined) requireText("loadAdapter", "baseModel", baseModel);
  const read = readerOf(files);
  const bytes = await read(ADAPTER_CONFIG);
  if (!bytes)
    throw new CheckpointError(`adapter: must have a file ${ADAPTER_CONFIG}; got none.`, { file: ADAPTER_CONFIG });
  const stated = utf8(ADAPTER_CONFIG, bytes);
  const config = readPeftConfig(parseConfigJson(stated));
  const { layout, pairs } = findPairs(base.config, config, await tensorsOf(read));
  warn(
    [
      ...config.warnings,
      ...otherBase(config.base, baseModel),
      ...missingModules(
        base.config,
        config,
        layout,
        pairs.map(({ target }) => target.module),
      ),
    ],
    warning,
  );
  const targets = pairs.map(({ target }) => target);
  const adapter = new Adapter(base, { name, config: config.config, layout, targets, stated });
  try {
    for (const [i, { tensors }] of pairs.entries()) {
      for (const [tensor, held] of tensors) {
        const parameter = tensor.of(adapter.modules[i]!.pair);
        parameter.write(fromFile(float32ArrayOf(held), tensor));
        parameter.markStoredAs(storedDType(held.dtype));
      }
    }
    return adapter;
  } catch (error) {
    adapter.dispose();
    throw error;
  }
}

/** The tensors of a file under the names that are compared. */
async function tensorsOf(
  read: (name: string) => Promise<Uint8Array | undefined>,
): Promise<ReadonlyMap<string, TensorBytes>> {
  const safe = await read(ADAPTER_WEIGHTS);
  const torch = safe ? undefined : await read(ADAPTER_TORCH);
  if (!safe && !torch)
    throw new CheckpointError(`adapter: must have a file ${ADAPTER_WEIGHTS}, or ${ADAPTER_TORCH}; got none.`, {
      file: ADAPTER_WEIGHTS,
    });
  const tensors = safe ? readSafetensors(safe).tensors : readTorchBin(torch!);
  const named = new Map<string, TensorBytes>();
  const places = new Map<string, string>(); // compared whatever the root of the model is called
  for (const [stored, tensor] of tensors) {
    const name = normalName(stored);
    const other = places.get(rootless(name));
    if (other !== undefined)
      throw new CheckpointError(
        `adapter: the file must hold one adapter; it has "${other}" and "${stored}", which are the same tensor of two. Save each in a folder of its own.`,
        { tensors: [other, stored] },
      );
    places.set(rootless(name), stored);
    named.set(name, tensor);
  }
  return named;
}

/** The pairs of a file, by the layout whose names it has. @throws CheckpointError about tensors that are missing, unknown or of another shape */
function findPairs(
  model: Mamba2Config,
  config: ReadAdapterConfig,
  tensors: ReadonlyMap<string, TensorBytes>,
): { readonly layout: LayoutName; readonly pairs: readonly FoundPair[] } {
  const first = adapterLayout(model);
  const others = LAYOUT_NAMES.filter((layout) => layout !== first && canHold(layout, model));
  const tried = [first, ...others].map((layout) => {
    const pairs = pairsIn(modulesOf(model, layout), config, tensors);
    const used = new Set(pairs.flatMap(({ tensors: own }) => own.map(([{ name }]) => rootless(name))));
    return { layout, pairs, unknown: [...tensors.keys()].filter((name) => !used.has(rootless(name))) };
  });
  const best = tried.reduce((one, other) => (other.unknown.length < one.unknown.length ? other : one));
  if (best.unknown.length === 0 && best.pairs.length > 0) return best;
  const listed = best.unknown.slice(0, LISTED).join(", ");
  throw new CheckpointError(
    `adapter: its tensors must be pairs lora_A and lora_B of modules of the model (${LAYOUTS[best.layout].title}), and no others; ` +
      (tensors.size === 0
        ? "it has none."
        : `got ${best.unknown.length} that are not, of ${tensors.size}: ${listed}${best.unknown.length > LISTED ? ", …" : ""}.`),
    { tensors: best.unknown },
  );
}

function pairsIn(
  all: readonly AdaptableModule[],
  { config, parameters }: ReadAdapterConfig,
  given: ReadonlyMap<string, TensorBytes>,
): FoundPair[] {
  const tensors = new Map([...given].map(([name, tensor]) => [rootless(name), tensor]));
  // which of a module's experts a pair is of, the configuration alone says
  const modules = all.filter(
    ({ kind, name }) => kind !== "experts" || parameters.some((one) => name === one || name.endsWith(`.${one}`)),
  );
  return modules.flatMap((module, i) => {
    const target = targetOf(config, module);
    const wanted = pairTensors(module, target.rank, config.dora, wrapsAbove(modules, i));
    const found = wanted.flatMap((tensor): [PairTensor, TensorBytes][] => {
      const held = tensors.get(rootless(tensor.name));
      return held ? [[tensor, held]] : [];
    });
    if (found.length === 0) return [];
    for (const tensor of wanted) requireTensor(tensor, tensors.get(rootless(tensor.name)));
    return [{ target, tensors: found }];
  });
}

function requireTensor({ name, shape }: PairTensor, held: TensorBytes | undefined): void {
  if (held && held.shape.join() === shape.join()) return;
  throw new CheckpointError(
    `adapter: ${name} must be [${shape.join(", ")}], as ${ADAPTER_CONFIG} and the model say; ${held ? `got [${held.shape.join(", ")}]` : "it is missing"}.`,
    { tensor: name, expected: shape, got: held?.shape },
  );
}

/**
 * The files of an adapter, as PEFT reads them, with the names that its layout's library has. What PEFT will refuse goes to `onWarning`, and is returned.
 *
 * @returns adapter_config.json and adapter_model.safetensors by name, and warnings
 * @throws ConfigError for an unknown option
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const { files } = await saveAdapter(addAdapter(model), { baseModel: "state-spaces/mamba2-130m" });
 */
export async function saveAdapter(adapter: Adapter, options: SaveAdapterOptions = {}): Promise<WrittenCheckpoint> {
  requireArity("saveAdapter", arguments, 2);
  requireInstance("saveAdapter", "adapter", adapter, Adapter, "an Adapter");
  checkOptions<SaveAdapterOptions>("saveAdapter", options, { baseModel: true, onWarning: "function" });
  const { baseModel, ...warning } = options;
  if (baseModel !== undefined) requireText("saveAdapter", "baseModel", baseModel);
  // All reads begin before the first is waited for: what is changed meanwhile is not in them.
  const reads = adapterTensors(adapter).map(async ({ name, shape, parameter, toFile }) => {
    const { data, storedAs = "f32" } = await parameter.hostValue();
    return [name, storedBytes(storedAs, shape, toFile(data))] as const;
  });
  const tensors = new Map<string, TensorBytes>(await Promise.all(reads));
  const sorted = new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1)));
  const warnings = refusals(adapter);
  warn(warnings, warning);
  return {
    files: new Map([
      [ADAPTER_CONFIG, new TextEncoder().encode(peftConfigText(adapter, baseModel))],
      [ADAPTER_WEIGHTS, writeSafetensors(sorted, { format: "pt" })],
    ]),
    warnings,
  };
}

/** What PEFT will not load. */
function refusals({ modules, layout }: Adapter): string[] {
  const refused = modules.filter(({ module }) => isRefused(module, layout)).map(({ module }) => module.name);
  const { title } = LAYOUTS[layout];
  const listed = `${refused.slice(0, LISTED).join(", ")}${refused.length > LISTED ? ", …" : ""}`;
  return refused.length === 0
    ? []
    : [`adapter: PEFT will refuse this file: it takes no adapters of out_proj and conv1d in ${title}; got ${listed}.`];
}
