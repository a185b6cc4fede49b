// Generation from the prompts of a case: prefill, the states after it, greedy decoding.
import { generateIds, type Mamba2LM, type State } from "@x/mamba2";
import { argmax, reshape, slice, tidy } from "@x/tensor";
import { type EntryCheck, upload } from "./entry-check.ts";
import type { HostValue } from "./fixture-set.ts";

/** What files call the parts of a layer's state. */
const STATES = {
  conv_state: "conv",
  ssm_state: "ssm",
  attn_conv_state: "attentionConv",
  k_cache: "keys",
  v_cache: "values",
} as const;

/** Compares the tensors under a prefix of a file with a state that has read `tokens`; of caches, only the used part. */
export async function compareStates(check: EntryCheck, prefix: string, state: State, tokens: number): Promise<void> {
  for (const [i, layer] of state.layers.entries()) {
    for (const [name, part] of Object.entries(STATES)) {
      const label = `${prefix}${name}${i}`;
      if (!check.has(label)) continue;
      const value = layer[part];
      if (!value) {
        check.fail(label, "the layer has no such state");
        continue;
      }
      const used = name.endsWith("_cache") ? tidy(() => slice(value, 1, 0, tokens)) : value;
      await check.compare(label, used);
      if (used !== value) used.dispose();
    }
  }
}

/** Prefill, the states after it, and greedy decoding, step by step and through the library's generator. */
export async function checkGeneration(check: EntryCheck, model: Mamba2LM, name: string): Promise<void> {
  const prompt = check.host(`${name}.prompt`);
  const [b, l] = prompt.shape as [number, number];
  const ids = upload(prompt, model.device);
  const first = model.prefill(ids, { logitsToKeep: l });
  ids.dispose();
  if (check.has(`${name}.prefill_logits`)) await check.compare(`${name}.prefill_logits`, first.logits);
  await compareStates(check, `${name}.`, first.state, l);
  const want = check.host(`${name}.tokens`);
  const [steps, v] = [want.shape[1]!, first.logits.shape[2]!];
  const tokens = new Int32Array(b * steps);
  const seen = { logits: new Float32Array(b * steps * v), max: new Float32Array(b * steps) };
  let { state } = first;
  let logits = tidy(() => reshape(slice(first.logits, 1, l - 1), [b, v]));
  first.logits.dispose();
  for (let s = 0; s < steps; s++) {
    const values = await logits.data();
    const best = tidy(() => argmax(logits, -1));
    const chosen = await best.data();
    for (let row = 0; row < b; row++) {
      tokens[row * steps + s] = chosen[row]!;
      const scores = Float32Array.from(values.subarray(row * v, (row + 1) * v));
      seen.logits.set(scores, (row * steps + s) * v);
      seen.max[row * steps + s] = scores.reduce((most, score) => Math.max(most, score), -Infinity);
    }
    best.dispose();
    logits.dispose();
    if (s === steps - 1) await compareStates(check, `${name}.end_`, state, l + s);
    const next = model.step([...chosen], state);
    state.dispose();
    ({ logits, state } = next);
  }
  logits.dispose();
  state.dispose();
  await check.compareHost(`${name}.tokens`, { shape: want.shape, values: tokens });
  if (check.has(`${name}.step_logits`))
    await check.compareHost(`${name}.step_logits`, { shape: [b, steps, v], values: seen.logits });
  if (check.has(`${name}.step_logits_max`))
    await check.compareHost(`${name}.step_logits_max`, { shape: [b, steps], values: seen.max });
  await compareGenerated(check, model, name, prompt, want);
}

/** The library's generator never returns a padding id of the vocabulary; tokens with such ids are only compared above. */
async function compareGenerated(
  check: EntryCheck,
  model: Mamba2LM,
  name: string,
  prompt: HostValue,
  want: HostValue,
): Promise<void> {
  if (want.values.some((id) => id >= model.config.vocabSize)) return;
  const [rows, steps] = want.shape as [number, number];
  const l = prompt.shape[1]!;
  const prompts = Array.from({ length: rows }, (_, row) => [...prompt.values.subarray(row * l, (row + 1) * l)]);
  const tokens = new Int32Array(rows * steps);
  let s = 0;
  for await (const ids of generateIds(model, prompts, { maxTokens: steps, temperature: 0, eosTokenId: null })) {
    for (const [row, id] of ids.entries()) tokens[row * steps + s] = id ?? -1;
    s++;
  }
  check.expect(check.label(`${name}.tokens (generate)`), { shape: want.shape, values: tokens }, want, {
    tolerances: {},
  });
}
