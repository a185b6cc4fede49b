// Entries of models that start from a state which is given: several tokens in one call, and packed documents of which the first goes on.
import { type Mamba2LM, State } from "@x/mamba2";
import { crossEntropy } from "@x/nn";
import { gradientsOf, slice, type Tensor } from "@x/tensor";
import { compareStates } from "./check-generation.ts";
import { take } from "./check-model.ts";
import { type EntryCheck, upload } from "./entry-check.ts";
import { FixtureError, type HostValue, readValues } from "./fixture-set.ts";
import { type ModelCheck, type ModelContext, withModel } from "./model-folders.ts";

type Layer = { readonly conv: Tensor; readonly ssm: Tensor };

/** The states that a file has under a prefix, one of each layer. */
function statesOf(values: (name: string) => HostValue, prefix: string, { config, device }: Mamba2LM): Layer[] {
  return Array.from({ length: config.nLayer }, (_, i) => ({
    conv: upload(values(`${prefix}conv_state${i}`), device),
    ssm: upload(values(`${prefix}ssm_state${i}`), device),
  }));
}

/** All tokens in one call; the state after some of them; the others from that state, with the gradient of their loss by it. */
export const checkContinued: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const [ids, targets] = [check.input("input_ids"), check.input("targets")];
    const [l, rest] = [ids.shape[1]!, targets.shape[1]!];
    const first = slice(ids, 1, 0, l - rest);
    const after = slice(ids, 1, l - rest);
    await take(check, "logits", model.forward(ids));
    const prefix = model.prefill(first);
    await compareStates(check, "prefix.", prefix.state, l - rest);
    const given = statesOf((name) => check.host(name), "prefix.", model);
    const state = new State(given);
    await take(check, "cont.logits", model.forward(after, { state }));
    const last = model.prefill(after, { state });
    await compareStates(check, "final.", last.state, l);
    const inputs = given.flatMap(({ conv, ssm }) => [conv, ssm]);
    const { value, grads } = gradientsOf(() => crossEntropy(model.forward(after, { state }), targets), inputs);
    const want = check.host("cont.loss");
    await check.compareHost("cont.loss", { shape: want.shape, values: await value.data() });
    for (const i of given.keys()) {
      await check.compare(`grad.conv_state${i}`, grads[2 * i]);
      await check.compare(`grad.ssm_state${i}`, grads[2 * i + 1]);
    }
    for (const one of [value, ...grads, first, after, ids, targets, prefix.logits, last.logits]) one?.dispose();
    for (const one of [prefix.state, last.state, state]) one.dispose();
  });

/** Documents in one row, of which the first goes on from the state that another entry of the model has. */
export const checkPackedFromState: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const initial = await continuedValues(check, context);
    const [ids, seqIdx] = [check.input("input_ids"), check.input("seq_idx")];
    const state = new State(statesOf(initial, "prefix.", model));
    await take(check, "logits", model.forward(ids, { state, seqIdx }));
    const last = model.prefill(ids, { state, seqIdx });
    await compareStates(check, "final.", last.state, ids.shape[1]!);
    for (const one of [ids, seqIdx, last.logits, last.state, state]) one.dispose();
  });

/** The numbers of the entry of the same model that has its states. */
async function continuedValues(check: EntryCheck, { set }: ModelContext): Promise<(name: string) => HostValue> {
  const { file, model } = check.entry;
  const entry = set.entries.find((one) => one.model === model && one.tensors.has("prefix.conv_state0"));
  if (!entry) throw new FixtureError(`fixtures: "${file}" needs an entry of its model with prefix.*; there is none.`);
  const values = await readValues(set, entry.file);
  return (name) => {
    const value = values.get(name);
    if (value) return value;
    throw new FixtureError(`fixtures: "${entry.file}" must hold ${name}; it does not.`);
  };
}
