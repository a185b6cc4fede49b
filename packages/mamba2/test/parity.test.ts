// The model against golden data of the reference implementation, on the CPU.
import { describe, expect, it } from "vitest";
import { adamw, chain, clipByGlobalNorm, trainer } from "@x/nn";
import { gradientsOf, tensor, typedArrayOf } from "@x/tensor";
import { golden, model1 } from "./model1.ts";

const model = await model1();
const shifted = await golden("case");
const targetsOf = (data: typeof shifted) =>
  tensor(typedArrayOf(data.get("targets")) as Int32Array, { shape: data.get("targets").shape });

describe("forward", () => {
  it("gives the reference's logits and loss", async () => {
    shifted.expectClose("logits", await model.forward(shifted.rows("input_ids")).data());
    shifted.expectClose("loss", await model.loss(shifted.rows("input_ids"), targetsOf(shifted)).data());
  });

  it("gives the reference's residual stream and sublayer output at every layer", async () => {
    const seen: [string, Promise<ArrayLike<number>>][] = [];
    model.forward(shifted.rows("input_ids"), {
      onLayer: (layer, { hidden, residual }) =>
        seen.push([`layer${layer}.out`, hidden.data()], [`layer${layer}.residual`, residual.data()]),
    });
    expect(seen).toHaveLength(6);
    for (const [name, data] of seen) shifted.expectClose(name, Float32Array.from(await data));
  });

  it("keeps only the logits asked for", async () => {
    const last = model.forward(shifted.rows("input_ids"), { logitsToKeep: 3 });
    expect(last.shape).toEqual([2, 3, 104]);
    const all = await model.forward(shifted.rows("input_ids")).data();
    const data = await last.data();
    expect(data.slice(0, 3 * 104)).toEqual(all.slice(37 * 104, 40 * 104));
  });

  it("keeps packed documents apart", async () => {
    const packed = await golden("packed");
    const seqIdx = tensor(typedArrayOf(packed.get("seq_idx")) as Int32Array, { shape: packed.get("seq_idx").shape });
    packed.expectClose("logits", await model.forward(packed.rows("input_ids"), { seqIdx }).data());
    const parameters = model.parameters();
    const { value, grads } = gradientsOf(
      () => model.loss(packed.rows("input_ids"), targetsOf(packed), { seqIdx }),
      parameters.map((p) => p.value),
    );
    packed.expectClose("loss", await value.data());
    for (const [i, { path }] of parameters.entries())
      if (packed.names.includes(`grad.${path}`)) packed.expectClose(`grad.${path}`, await grads[i]!.data());
  });
});

describe("gradients", () => {
  it.each([false, true])(
    "are the reference's for every parameter (gradient checkpointing: %s)",
    async (checkpointing) => {
      const grads = await golden("grads");
      model.gradientCheckpointing = checkpointing;
      const parameters = model.parameters();
      const result = gradientsOf(
        () => model.loss(shifted.rows("input_ids"), targetsOf(shifted)),
        parameters.map((p) => p.value),
      );
      model.gradientCheckpointing = false;
      expect(parameters.map(({ path }) => path).sort()).toEqual(
        grads.names.filter((name) => name !== "lm_head.weight").sort(),
      );
      for (const [i, { path }] of parameters.entries()) grads.expectClose(path, await result.grads[i]!.data());
    },
  );
});

describe("generation", () => {
  it.each(["gen", "gen_short"])(
    "%s: prefill gives the reference's logits and states, then its greedy tokens",
    async (name) => {
      const prompt = shifted.rows(`${name}.prompt`);
      const { logits, state } = model.prefill(prompt, { logitsToKeep: prompt[0]!.length });
      shifted.expectClose(`${name}.prefill_logits`, await logits.data());
      for (const [i, { conv, ssm }] of state.layers.entries()) {
        shifted.expectClose(`${name}.conv_state${i}`, await conv!.data());
        shifted.expectClose(`${name}.ssm_state${i}`, await ssm!.data());
      }
      const want = shifted.rows(`${name}.tokens`);
      const got: number[][] = want.map(() => []);
      for await (const ids of model.generateIds(prompt, {
        maxTokens: want[0]!.length,
        temperature: 0,
        vocabSize: 104,
        eosTokenId: null,
      })) {
        for (const [row, id] of ids.entries()) got[row]!.push(id!);
      }
      expect(got).toEqual(want);
    },
  );

  it("steps give the reference's logits", async () => {
    const tokens = shifted.rows("gen.tokens");
    let { logits, state } = model.prefill(shifted.rows("gen.prompt"));
    const columns = [await logits.data()];
    for (let t = 0; t < tokens[0]!.length - 1; t++) {
      ({ logits, state } = model.step(
        tokens.map((row) => row[t]!),
        state,
      ));
      columns.push(await logits.data());
    }
    const got = tokens.flatMap((_, row) => columns.flatMap((column) => [...column].slice(row * 104, (row + 1) * 104)));
    shifted.expectClose("gen.step_logits", got);
  });
});

describe("training", () => {
  it("takes the reference's ten steps", async () => {
    const data = await golden("train");
    const fresh = await model1();
    const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 3e-3, betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0.1 }));
    const fit = trainer<{ x: Int32Array; y: Int32Array; shape: readonly number[] }>(fresh, optimizer, ({ x, y }) =>
      fresh.loss(x, y),
    );
    const [losses, norms, logits]: [number[], number[], number[]] = [[], [], []];
    const rows = data.rows("batches"); // [10 · 4][33]
    for (let step = 0; step < 10; step++) {
      const batch = rows.slice(4 * step, 4 * step + 4);
      const flat = (from: number, to: number) => Int32Array.from(batch.flatMap((row) => row.slice(from, to)));
      const { loss, gradNorm } = await fit.step({ x: flat(0, 32), y: flat(1, 33), shape: [4, 32] });
      losses.push(loss);
      norms.push(gradNorm!);
      if (step < 5) logits.push(...(await fresh.forward(data.rows("eval_ids")).data()));
    }
    data.expectClose("losses", losses);
    data.expectClose("grad_norms", norms);
    data.expectClose("eval_logits", logits);
    for (const { path, value } of fresh.parameters()) data.expectClose(`final.${path}`, await value.data());
  });
});
