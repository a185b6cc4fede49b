// The filters of sampling as an op: probabilities and kept sets, repetition penalty to min-p.
import { sampleTokens } from "@x/nn";
import { any, arange, cast, eq, gt, reshape, sum, tensor } from "@x/tensor";
import type { Args } from "./args.ts";
import type { Inputs, OpTable, Outputs } from "./inputs.ts";

function sampling(x: Inputs, args: Args): Outputs {
  const [logits, seen] = [x.get("logits"), x.get("prev_tokens")];
  const { device } = logits;
  const [rows, width] = logits.shape as [number, number];
  const settings = [
    args.number("temperature") ?? 1,
    args.number("top_k") ?? 0,
    args.number("top_p") || 1, // 0 means no filter
    args.number("min_p") ?? 0,
    args.number("typical_p") ?? 1,
    args.number("repetition_penalty") ?? 1,
    0,
    0,
  ];
  const tokens = reshape(arange(0, width, 1, { device, dtype: "i32" }), [1, 1, width]);
  const { probabilities } = sampleTokens(
    {
      logits,
      settings: tensor(
        Array.from({ length: rows }, () => settings),
        { device },
      ),
      draws: tensor(new Uint32Array(4 * rows), { shape: [rows, 4], device }),
      counts: cast(any(eq(reshape(seen, [...seen.shape, 1]), tokens), 1), "i32"),
    },
    { probabilities: true },
  );
  const kept = cast(gt(probabilities!, 0), "i32");
  return { probs: probabilities, kept, count: sum(kept, 1) };
}

export const samplingOps: OpTable = { sampling_filter: sampling };
