// Every family of kernels that can be tuned.
import type { Family, TuneFamily } from "./experiment.ts";
import { attentionFamily } from "./experiments/attention.ts";
import { convFamily } from "./experiments/conv.ts";
import { matmulFamily } from "./experiments/matmul.ts";
import { cumsumFamily, reduceFamily, rowsFamily } from "./experiments/row-threads.ts";
import { ssdFamily } from "./experiments/ssd.ts";

export const families: { readonly [F in TuneFamily]: Family<F, unknown> } = {
  rows: rowsFamily,
  reduce: reduceFamily,
  cumsum: cumsumFamily,
  conv: convFamily,
  attention: attentionFamily,
  matmul: matmulFamily,
  ssd: ssdFamily,
};
