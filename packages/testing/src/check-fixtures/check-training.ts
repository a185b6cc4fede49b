// A training entry: AdamW steps on given batches, as a user trains. Losses, gradient norms, logits on the way, parameters at the end.
import { adamw, chain, clipByGlobalNorm, crossEntropy, trainer } from "@x/nn";
import { Args } from "./args.ts";
import { adapterOf, compareAdapter } from "./check-lora.ts";
import type { HostValue } from "./fixture-set.ts";
import { type ModelCheck, withModel } from "./model-folders.ts";
import { betasOf } from "./ops-optim.ts";
import { compareParameters } from "./parameter-values.ts";

/** The largest f32: clipping to it measures the norm and leaves gradients alone. */
const NO_CLIPPING = 3.4e38;

/** What one step trains on. */
interface Batch {
  readonly shape: readonly number[];
  readonly x: Int32Array;
  readonly y: Int32Array;
}

/** Batch `step` of [steps, b, l + 1] token ids: inputs are all but the last of each row, targets all but the first. */
function batchOf({ shape, values }: HostValue, step: number): Batch {
  const [, b, row] = shape as [number, number, number];
  const ids = Int32Array.from(values.subarray(step * b * row, (step + 1) * b * row));
  return { shape: [b, row - 1], x: ids.filter((_, i) => i % row !== row - 1), y: ids.filter((_, i) => i % row !== 0) };
}

export const checkTraining: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const args = new Args(check.entry.args);
    const adapter = check.entry.kind?.includes("LoRA") ? await adapterOf(check, context, model) : undefined;
    const optimizer = chain(
      clipByGlobalNorm(args.number("clip", "max_norm") ?? NO_CLIPPING),
      adamw({
        lr: args.number("lr") ?? 1e-3,
        betas: betasOf(args),
        eps: args.number("eps") ?? 1e-8,
        weightDecay: args.number("weight_decay") ?? 0,
      }),
    );
    const fit = trainer<Batch>(model, optimizer, ({ x, y }) => crossEntropy(model.forward(x), y));
    const batches = check.host("batches");
    const steps = batches.shape[0]!;
    const [losses, norms] = [new Float32Array(steps), new Float32Array(steps)];
    const evalIds = check.has("eval_ids") ? check.input("eval_ids") : undefined;
    const evalShape = check.has("eval_logits") ? check.host("eval_logits").shape : [0];
    const evalLogits: number[] = [];
    try {
      for (let step = 0; step < steps; step++) {
        const { loss, gradNorm } = await fit.step(batchOf(batches, step));
        losses[step] = loss;
        norms[step] = gradNorm ?? NaN;
        if (!evalIds || step >= evalShape[0]!) continue;
        const logits = model.forward(evalIds);
        evalLogits.push(...(await logits.data()));
        logits.dispose();
      }
      for (const [name, values] of Object.entries({ losses, grad_norms: norms })) {
        if (check.has(name)) await check.compareHost(name, { shape: check.host(name).shape, values });
      }
      if (check.has("eval_logits"))
        await check.compareHost("eval_logits", { shape: evalShape, values: Float32Array.from(evalLogits) });
      const values = new Map([...model.namedParameters()].map(([path, { value }]) => [path, value]));
      if (adapter) await compareAdapter(check, adapter, "final.", (path) => values.get(path)!);
      else {
        const layout = await context.models.layoutOf(check.entry);
        await compareParameters(check, { layout, config: model.config }, "final.", check.after("final."), values);
      }
    } finally {
      evalIds?.dispose();
      fit.dispose();
    }
  });
