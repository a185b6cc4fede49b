// LoRA entries: PEFT's adapter on its model. Logits, loss and gradients with it, merged into the base too, and its files written back.
import { type Adapter, adapterTensors, loadAdapter, mergeAdapter, saveAdapter } from "@x/mamba2/adapters";
import type { Mamba2LM } from "@x/mamba2";
import { gradientsOf, readSafetensors, type Tensor } from "@x/tensor";
import { compareLoss, shiftLabels } from "./check-model.ts";
import { type EntryCheck, upload } from "./entry-check.ts";
import { FixtureError, readBytes } from "./fixture-set.ts";
import { type ModelCheck, type ModelContext, withModel } from "./model-folders.ts";

const PREFIX = "base_model.model.";
const WEIGHTS = "adapter_model.safetensors";

/** The adapter of an entry, attached. Training begins from a folder named after the entry's file. */
export function adapterOf(check: EntryCheck, { models }: ModelContext, model: Mamba2LM): Promise<Adapter> {
  return loadAdapter(model, models.files(folderOf(check)), { onWarning: (text) => check.fail("adapter", text) });
}

function folderOf({ entry }: EntryCheck): string {
  return entry.adapter ?? entry.file.replace(/\.safetensors$/, "_start");
}

/** Compares what belongs to an adapter's parameters with tensors of the file, under the names that PEFT has without its prefix. */
export async function compareAdapter(
  check: EntryCheck,
  adapter: Adapter,
  prefix: string,
  of: (path: string) => Tensor,
): Promise<void> {
  const tensors = new Map(adapterTensors(adapter).map((tensor) => [tensor.name.slice(PREFIX.length), tensor]));
  for (const name of check.after(prefix)) {
    const tensor = tensors.get(name);
    if (!tensor) check.fail(prefix + name, "the adapter has no such tensor");
    else {
      const values = Float32Array.from(await of(tensor.parameter.path).data());
      await check.compareHost(prefix + name, { shape: tensor.shape, values: tensor.toFile(values) });
    }
  }
}

export const checkLora: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const adapter = await adapterOf(check, context, model);
    const host = check.host("input_ids");
    const [ids, targets] = [upload(host, model.device), upload(shiftLabels(host), model.device)];
    const logits = model.forward(ids);
    await check.compare("logits", logits);
    const parameters = model.parameters();
    const { value, grads } = gradientsOf(
      () => model.loss(ids, targets),
      parameters.map((parameter) => parameter.value),
    );
    await compareLoss(check, "loss", value);
    const gradients = new Map(parameters.map(({ path }, i) => [path, grads[i]!]));
    await compareAdapter(check, adapter, "grad.", (path) => gradients.get(path)!);
    await compareFiles(check, context, adapter);
    mergeAdapter(model, adapter);
    const merged = model.forward(ids);
    await check.compareAs("logits (merged)", "logits", merged);
    for (const tensor of [ids, targets, logits, merged, ...grads]) tensor?.dispose();
  });

/** The files that are written are those that were read: every tensor with its bits, the configuration with its text. */
async function compareFiles(check: EntryCheck, { set }: ModelContext, adapter: Adapter): Promise<void> {
  const { files } = await saveAdapter(adapter, { onWarning: (text) => check.fail("adapter", text) });
  for (const [name, bytes] of files) {
    const label = `${name} written back`;
    const read = await readBytes(set, `${folderOf(check)}/${name}`);
    if (name !== WEIGHTS) {
      check.verify(label, Buffer.compare(read, bytes) === 0, "must have the text that was read");
      continue;
    }
    const [want, got] = [readSafetensors(read).tensors, readSafetensors(bytes).tensors];
    const wrong = [...new Set([...want.keys(), ...got.keys()])].filter((tensor) => {
      const [one, other] = [want.get(tensor), got.get(tensor)];
      return !one || !other || one.shape.join() !== other.shape.join() || Buffer.compare(one.bytes, other.bytes) !== 0;
    });
    if (want.size === 0) throw new FixtureError(`fixtures: "${folderOf(check)}" must hold an adapter; it is empty.`);
    const reason = `must hold the same tensors, shapes and bits; ${wrong.join(", ")} differ`;
    check.verify(label, wrong.length === 0, reason);
  }
}
