// The models of a fixture set: which folders hold them, which of them are the same model in another layout, and loading one.
import { dirname, join } from "node:path";
import { readFile } from "node:fs/promises";
import { type FileReader, type LayoutName, Mamba2LM, readConfigText } from "@x/mamba2";
import type { Device } from "@x/tensor";
import type { EntryCheck } from "./entry-check.ts";
import { FixtureError, type FixtureEntry, type FixtureSet } from "./fixture-set.ts";

/** What the checks of model entries have at hand. */
export interface ModelContext {
  readonly set: FixtureSet;
  readonly models: ModelFolders;
}

/** Checks one entry of a model. */
export type ModelCheck = (check: EntryCheck, context: ModelContext) => Promise<void>;

/** Runs with an entry's model, which lives as long as `use`. */
export async function withModel(
  check: EntryCheck,
  { models }: ModelContext,
  use: (model: Mamba2LM) => Promise<void>,
): Promise<void> {
  using model = await models.load(check.entry);
  await use(model);
}

const isWeights = ({ kind }: FixtureEntry): boolean => kind?.startsWith("weights") === true;
const LAYOUT_SUFFIX = /[_-](official|hf|transformers|fla)$/;

/** Loads the models that entries refer to by folder. */
export class ModelFolders {
  readonly #set: FixtureSet;
  readonly #device: Device;

  constructor(set: FixtureSet, device: Device) {
    this.#set = set;
    this.#device = device;
  }

  /** The files of a folder as a checkpoint, with another config.json or another file of weights when asked for. */
  files(
    folder: string,
    { config, weights }: { readonly config?: string | undefined; readonly weights?: string | undefined } = {},
  ): FileReader {
    const renamed = new Map<string, string>();
    if (config !== undefined) renamed.set("config.json", config);
    if (weights !== undefined && !/-of-\d+\.|\.index\.json$/.test(weights))
      renamed.set(weights.endsWith(".bin") ? "pytorch_model.bin" : "model.safetensors", weights);
    return async (name) => {
      try {
        return await readFile(join(this.#set.folder, renamed.get(name) ?? join(folder, name)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    };
  }

  /** The same, read by ranges. */
  ranged(
    folder: string,
    names: Parameters<ModelFolders["files"]>[1] = {},
  ): FileReader & Required<Pick<FileReader, "size" | "range">> {
    const read = this.files(folder, names);
    return Object.assign((name: string) => read(name), {
      size: async (name: string) => (await read(name))?.length,
      range: async (name: string, start: number, end: number) => (await read(name))!.slice(start, end),
    });
  }

  /** A fresh copy of the model of an entry. The caller disposes of it. */
  async load(of: FixtureEntry): Promise<Mamba2LM> {
    const folder = this.folderOf(of);
    const elsewhere = of.weights?.split(" ", 1)[0];
    if (elsewhere !== undefined)
      return this.loadFiles(
        this.files(dirname(elsewhere), { config: join(folder, "config.json"), weights: elsewhere }),
      );
    const entry = this.weightsIn(folder);
    return this.loadFiles(this.files(folder, { config: entry?.config, weights: entry?.file }));
  }

  /** Whose names the files of an entry's model have. */
  async layoutOf(entry: FixtureEntry): Promise<LayoutName> {
    const folder = this.folderOf(entry);
    const weights = this.weightsIn(folder);
    const config = await this.files(folder, { config: weights?.config })("config.json");
    if (!config) throw new FixtureError(`fixtures: "${folder}" must hold a configuration; it does not.`);
    return readConfigText(new TextDecoder().decode(config), weights?.tensors.keys() ?? []).layout;
  }

  loadFiles(files: FileReader): Promise<Mamba2LM> {
    return Mamba2LM.load(files, { device: this.#device });
  }

  /** The folder an entry names as its model. */
  folderOf({ file, model }: FixtureEntry): string {
    if (model === undefined)
      throw new FixtureError(`fixtures: the entry of "${file}" must name its model; it does not.`);
    return model.endsWith(".safetensors") ? dirname(model) : model;
  }

  weightsIn(folder: string): FixtureEntry | undefined {
    return this.#set.entries.find((entry) => isWeights(entry) && dirname(entry.file) === folder);
  }

  /** Entries with inputs and logits for the model of a folder, or for the same model in another layout. */
  casesFor(folder: string): FixtureEntry[] {
    const same = this.#identity(folder);
    return this.#set.entries.filter(
      (entry) => entry.model !== undefined && isCase(entry) && this.#identity(this.folderOf(entry)) === same,
    );
  }

  /** Folders of one model agree in their name up to the layout, or one's note says what the other is. */
  #identity(folder: string): string {
    const stated = /same model as (\S+?)[:;,.]?(\s|$)/.exec(this.weightsIn(folder)?.note ?? "")?.[1];
    return (stated ?? folder).replace(LAYOUT_SUFFIX, "");
  }
}

/** Whether an entry is a forward case. */
export function isCase({ kind, tensors }: FixtureEntry): boolean {
  return kind?.startsWith("forward") === true && tensors.has("input_ids") && tensors.has("logits");
}
