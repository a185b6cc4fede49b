// Entries of containers of weights: files of torch.save and shards, each tensor by its bits, and logits of the models in them.
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { Mamba2LM, officialName, openCheckpoint, readCheckpoint, readTorchBin } from "@x/mamba2";
import { isJsonObject, parseJson, readSafetensors, type TensorBytes } from "@x/tensor";
import { savedTensors } from "./check-checkpoint.ts";
import type { EntryCheck } from "./entry-check.ts";
import { FixtureError, type FixtureEntry, readBytes } from "./fixture-set.ts";
import type { ModelCheck, ModelContext } from "./model-folders.ts";

/** Compares a tensor's dtype, shape and bits with the index. */
function compareBits(check: EntryCheck, name: string, got: TensorBytes | undefined): void {
  const want = check.entry.tensors.get(name);
  if (!want) return check.fail(name, "the file holds this tensor, but index.json does not name it");
  if (!got) return check.fail(name, "index.json names this tensor, but the library does not read it");
  const is = `${got.dtype} [${got.shape.join(", ")}] crc32 ${crc32(got.bytes)}`;
  const must = `${want.dtype} [${want.shape?.join(", ")}] crc32 ${want.crc32}`;
  check.verify(name, is === must, `must be ${must}; got ${is}`);
}

/** A file of torch.save: every tensor has the bits that the index says, read at once and read by ranges as a part of its checkpoint. */
export const checkContainer: ModelCheck = async (check, context) => {
  const { file, config, args } = check.entry;
  known(check, ["format", "logits", "shared_storage"]);
  const tensors = readTorchBin(await readBytes(context.set, file));
  for (const name of new Set([...check.entry.tensors.keys(), ...tensors.keys()]))
    compareBits(check, name, tensors.get(name));
  for (const names of (args["shared_storage"] ?? []) as string[][]) {
    const places = new Set(names.map((name) => tensors.get(name)?.bytes.byteOffset));
    const reason = "the tensors must be one part of the file; they are several";
    check.verify(`shared storage of ${names.join(", ")}`, places.size === 1, reason);
  }
  const files = context.models.ranged(dirname(file), { config, weights: file });
  const { tensors: sources } = await openCheckpoint(files);
  const official = new Map([...tensors].map(([name, tensor]) => [officialName(name), tensor]));
  for (const [name, source] of sources) {
    const want = official.get(name);
    const isSame = want?.dtype === source.dtype && crc32(want.bytes) === crc32(await source.read());
    check.verify(
      `${name} by ranges`,
      isSame,
      "must have the same type and bits as the tensor read at once; it has not",
    );
  }
};

/** A shard: its tensors as the library reads them from the folder, and as it writes them back. */
export const checkShard: ModelCheck = async (check, context) => {
  const { file } = check.entry;
  const files = context.models.ranged(dirname(file), { config: check.entry.config });
  const { layout } = await openCheckpoint(files);
  using model = await Mamba2LM.load(files, { device: check.device });
  const saved = await savedTensors(model, layout);
  const held = readSafetensors(await readBytes(context.set, file)).tensors;
  for (const name of held.keys()) compareBits(check, name, saved.get(name));
};

/** The index of shards: all that it names is in the checkpoint that the library reads. */
export const checkShardIndex: ModelCheck = async (check, context) => {
  const { file } = check.entry;
  known(check, ["logits"]);
  const json = parseJson(new TextDecoder().decode(await readBytes(context.set, file)));
  const map = isJsonObject(json) ? json["weight_map"] : undefined;
  if (map === undefined || !isJsonObject(map))
    throw new FixtureError(`fixtures: "${file}" must have a weight_map; it has none.`);
  const { tensors } = await readCheckpoint(context.models.ranged(dirname(file)));
  const count = Object.keys(map).length;
  check.verify("weight_map", tensors.size === count, `names ${count} tensors; the library reads ${tensors.size}`);
};

/** One case for several containers, each of which names its logits in it. */
export const checkContainerLogits: ModelCheck = async (check, context) => {
  const { set, models } = context;
  using ids = check.input("input_ids");
  for (const name of check.names.filter((one) => one !== "input_ids")) {
    const stated = `${check.entry.file}: ${name}`;
    const entries = set.entries.filter(({ args }) => args["logits"] === stated);
    if (entries.length === 0) check.fail(name, "no container of the set names these logits");
    for (const [i, entry] of entries.entries()) {
      const options = { device: check.device, onWarning: () => undefined };
      using model = await Mamba2LM.load(filesOf(entry, models), options);
      using logits = model.forward(ids);
      await check.compareAs(i === 0 ? name : `${name} of ${dirname(entry.file)}`, name, logits);
    }
  }
};

/** The checkpoint that a container or an index of shards is a part of. */
function filesOf({ file, config }: FixtureEntry, models: ModelContext["models"]): ReturnType<typeof models.ranged> {
  return models.ranged(dirname(file), file.endsWith(".index.json") ? { config } : { config, weights: file });
}

/** Fails arguments that a check does not look at. */
export function known(check: EntryCheck, names: readonly string[]): void {
  for (const name of Object.keys(check.entry.args))
    if (!names.includes(name)) check.fail(`args.${name}`, "the checker does not know what this is");
}
