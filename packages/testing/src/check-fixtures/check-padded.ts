// Rows of several lengths in one batch, padded on the left or on the right: each row as if it had been alone.
import type { State } from "@x/mamba2";
import { argmax, tidy } from "@x/tensor";
import { compareStates } from "./check-generation.ts";
import { type EntryCheck, upload } from "./entry-check.ts";
import { FixtureError, type HostValue, readValues } from "./fixture-set.ts";
import { type ModelCheck, type ModelContext, withModel } from "./model-folders.ts";

export const checkPadded: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const [ids, mask, lengths] = ["input_ids", "attention_mask", "lengths"].map((name) => check.host(name)) as Three;
    const [b, l] = ids.shape as [number, number];
    for (let row = 0; row < b; row++) {
      const real = Array.from(mask.values.subarray(row * l, (row + 1) * l)).filter((one) => one === 1).length;
      if (real !== lengths.values[row]) throw new Error(`row ${row} of attention_mask must have its length in ones`);
    }
    const x = upload(ids, model.device);
    const logits = model.forward(x, padding(mask));
    const values = await logits.data();
    const v = logits.shape[2]!;
    logits.dispose();
    // what a file has at padded positions means nothing
    const masked = Float32Array.from(values, (value, i) => (mask.values[Math.floor(i / v)] === 0 ? 0 : value));
    await check.compareHost("logits", { shape: [b, l, v], values: masked });
    const next = new Float32Array(b * v);
    for (let row = 0; row < b; row++) {
      const last = mask.values.subarray(row * l, (row + 1) * l).lastIndexOf(1);
      next.set(masked.subarray((row * l + last) * v, (row * l + last + 1) * v), row * v);
    }
    await check.compareHost("next_logits", { shape: [b, v], values: next });
    const rows = upload({ shape: [b, v], integer: false, values: next }, model.device);
    const best = tidy(() => argmax(rows, -1));
    await check.compare("next_token", best);
    const { state, logits: rest } = model.prefill(x, padding(mask));
    await compareStates(check, "", state, l);
    if (!check.has("ssm_state0")) await compareWithOther(check, context, state);
    for (const one of [x, rows, best, rest, state]) one.dispose();
  });

type Three = [HostValue, HostValue, HostValue];

/** Padding as the model takes it. */
function padding({ shape, values }: HostValue): { readonly attentionMask: number[][] } {
  const [b, l] = shape as [number, number];
  return { attentionMask: Array.from({ length: b }, (_, row) => [...values.subarray(row * l, (row + 1) * l)]) };
}

/** The same rows padded on the other side lead to the same states, which the entry of those has. */
async function compareWithOther(check: EntryCheck, { set }: ModelContext, state: State): Promise<void> {
  const { file, model } = check.entry;
  const other = set.entries.find(
    (one) => one.model === model && one.kind?.startsWith("padded batch") && one.file !== file,
  );
  if (!other) throw new FixtureError(`fixtures: "${file}" has no states, nor does an entry of the same rows.`);
  const values = await readValues(set, other.file);
  for (const [i, { conv, ssm }] of state.layers.entries()) {
    for (const [name, got] of Object.entries({ [`conv_state${i}`]: conv, [`ssm_state${i}`]: ssm })) {
      if (!got) throw new Error(`the layer has no ${name}`);
      const want = values.get(name);
      if (!want) throw new FixtureError(`fixtures: "${other.file}" must hold ${name}; it does not.`);
      const label = check.label(`${name} of ${other.file}`);
      check.expect(label, { shape: got.shape, values: await got.data() }, want, other.tensors.get(name)!);
    }
  }
}
