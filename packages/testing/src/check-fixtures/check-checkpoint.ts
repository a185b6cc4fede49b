// Entries of a model's files: weights in every layout, and configurations in every form.
import { dirname } from "node:path";
import { type LayoutName, LAYOUTS, type Mamba2LM, readConfigText } from "@x/mamba2";
import { readSafetensors, type TensorBytes } from "@x/tensor";
import { type EntryCheck, upload } from "./entry-check.ts";
import { type FixtureEntry, readBytes, readValues } from "./fixture-set.ts";
import type { ModelCheck, ModelContext } from "./model-folders.ts";

/** Logits of a case by a model of another layout or configuration, under the case's tolerance. */
async function compareCaseLogits(
  check: EntryCheck,
  model: Mamba2LM,
  { set }: ModelContext,
  one: FixtureEntry,
): Promise<void> {
  const values = await readValues(set, one.file);
  using ids = upload(values.get("input_ids")!, model.device);
  using logits = model.forward(ids);
  check.expect(
    check.label(`logits of ${one.file}`),
    { shape: logits.shape, values: await logits.data() },
    values.get("logits")!,
    one.tensors.get("logits")!,
  );
}

/** A checkpoint: it loads, gives the logits of its model's cases, and is written back with the same bits in the same layout. */
export const checkWeights: ModelCheck = async (check, context) => {
  const { file, config } = check.entry;
  const folder = dirname(file);
  const files = context.models.files(folder, { config, weights: file });
  using model = await context.models.loadFiles(files);
  for (const one of context.models.casesFor(folder)) await compareCaseLogits(check, model, context, one);
  const configFile = await files("config.json");
  const names = check.names;
  const { layout } = readConfigText(new TextDecoder().decode(configFile), names);
  const saved = await savedTensors(model, layout);
  const read = readSafetensors(await readBytes(context.set, file)).tensors;
  for (const name of names) {
    const [want, got] = [read.get(name), saved.get(name)];
    if (!want) check.fail(name, "index.json names this tensor, but the file does not hold it");
    else if (!got)
      check.fail(name, `is not written back in the layout ${LAYOUTS[layout === "own" ? "official" : layout].title}`);
    else
      check.verify(
        name,
        got.dtype === want.dtype &&
          got.shape.join() === want.shape.join() &&
          Buffer.compare(got.bytes, want.bytes) === 0,
        "must be written back with the same type, shape and bits; it is not",
      );
  }
};

/** The tensors of a model's files, in the layout that it was read in; the official one for files of this library's own. */
export async function savedTensors(model: Mamba2LM, layout: LayoutName): Promise<ReadonlyMap<string, TensorBytes>> {
  const { files } = await model.save(layout === "own" ? "official" : layout);
  const weights = [...files].filter(([name]) => name.endsWith(".safetensors"));
  return new Map(weights.flatMap(([, bytes]) => [...readSafetensors(bytes).tensors]));
}

/** A configuration file: it is read, and makes the same model of the weights beside it. */
export const checkConfig: ModelCheck = async (check, context) => {
  const { file } = check.entry;
  const folder = dirname(file);
  const weights = context.models.weightsIn(folder);
  const names = weights ? [...weights.tensors.keys()] : [];
  readConfigText(new TextDecoder().decode(await readBytes(context.set, file)), names);
  check.pass("reads");
  if (!weights || weights.config === file) return;
  const files = context.models.files(folder, { config: file, weights: weights.file });
  using model = await context.models.loadFiles(files);
  for (const one of context.models.casesFor(folder)) await compareCaseLogits(check, model, context, one);
};
