// Entries of a model's files: weights in every layout, and configurations in every form.
import { dirname } from "node:path";
import { LAYOUTS, type Mamba2LM, readConfigText } from "@x/mamba2";
import { readSafetensors } from "@x/tensor";
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
  const ids = upload(values.get("input_ids")!, model.device);
  const logits = model.forward(ids);
  check.expect(
    check.label(`logits of ${one.file}`),
    { shape: logits.shape, values: await logits.data() },
    values.get("logits")!,
    one.tensors.get("logits")!,
  );
  ids.dispose();
  logits.dispose();
}

/** A checkpoint: it loads, gives the logits of its model's cases, and is written back with the same bits in the same layout. */
export const checkWeights: ModelCheck = async (check, context) => {
  const { file, config } = check.entry;
  const folder = dirname(file);
  const files = context.models.files(folder, { config, weights: file });
  const model = await context.models.loadFiles(files);
  try {
    for (const one of context.models.casesFor(folder)) await compareCaseLogits(check, model, context, one);
    const configFile = await files("config.json");
    const names = check.names;
    const { layout } = readConfigText(new TextDecoder().decode(configFile), names);
    const written = await model.save(layout === "own" ? "official" : layout);
    const weights = [...written.files].filter(([name]) => name.endsWith(".safetensors"));
    const saved = new Map(weights.flatMap(([, bytes]) => [...readSafetensors(bytes).tensors]));
    const read = readSafetensors(await readBytes(context.set, file)).tensors;
    for (const name of names) {
      const [want, got] = [read.get(name), saved.get(name)];
      if (!want) check.fail(name, "index.json names this tensor, but the file does not hold it");
      else if (!got)
        check.fail(name, `is not written back in the layout ${LAYOUTS[layout === "own" ? "official" : layout].title}`);
      else if (
        got.dtype !== want.dtype ||
        got.shape.join() !== want.shape.join() ||
        !got.bytes.every((byte, i) => byte === want.bytes[i])
      ) {
        check.fail(name, "must be written back with the same type, shape and bits; it is not");
      } else check.pass(name);
    }
  } finally {
    model.dispose();
  }
};

/** A configuration file: it is read, and makes the same model of the weights beside it. */
export const checkConfig: ModelCheck = async (check, context) => {
  const { file } = check.entry;
  const folder = dirname(file);
  const weights = context.models.weightsIn(folder);
  const names = weights ? [...weights.tensors.keys()] : [];
  readConfigText(new TextDecoder().decode(await readBytes(context.set, file)), names);
  check.pass("reads");
  if (!weights || weights.config === file) return;
  const model = await context.models.loadFiles(context.models.files(folder, { config: file, weights: weights.file }));
  try {
    for (const one of context.models.casesFor(folder)) await compareCaseLogits(check, model, context, one);
  } finally {
    model.dispose();
  }
};
