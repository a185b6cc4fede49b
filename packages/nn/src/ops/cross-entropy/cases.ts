// Shapes and parameters on which the cross entropies are tested.
import type { Case } from "@x/tensor/core";
import { type Halved, halvedCase } from "../norm-checks.ts";
import type { CrossEntropyParams } from "./targets.ts";

export const rowsCases: readonly Case<"logits" | "targets", never, CrossEntropyParams>[] = [
  rowsCase("one column", 3, 1, {}),
  rowsCase("63 columns", 4, 63, {}),
  rowsCase("64 columns, smoothed", 3, 64, { labelSmoothing: 0.1 }),
  rowsCase("66 columns, nothing but smoothing", 4, 66, { labelSmoothing: 1 }),
  rowsCase("65 columns", 70, 65, { ignoreIndex: 3 }),
  rowsCase("257 columns, smoothed", 5, 257, { labelSmoothing: 0.3 }),
  { ...rowsCase("byte vocabulary", 8192, 256, {}), bench: true },
  { ...rowsCase("130m vocabulary", 1024, 50288, {}), bench: true },
];

export const backwardCases: readonly Case<
  "logits" | "targets" | "lse" | "gradLoss",
  "gradLse",
  CrossEntropyParams & Halved
>[] = [
  backwardCase("one column", 3, 1, {}, false),
  backwardCase("63 columns", 4, 63, {}, true),
  backwardCase("64 columns, smoothed", 3, 64, { labelSmoothing: 0.1 }, true),
  backwardCase("66 columns, nothing but smoothing", 4, 66, { labelSmoothing: 1 }, true),
  backwardCase("65 columns", 70, 65, { ignoreIndex: 3 }, false),
  ...[
    backwardCase("260 columns", 5, 260, { labelSmoothing: 0.1 }, true),
    backwardCase("7 columns", 3, 7, {}, false),
  ].map(({ name, inputs, params }) => ({
    name: `${name}, stored as f16`,
    inputs,
    params: { ...params, half: true as const },
    ...halvedCase,
  })),
  { ...backwardCase("byte vocabulary", 8192, 256, {}, false), bench: true },
  { ...backwardCase("130m vocabulary", 1024, 50288, {}, false), bench: true },
];

/** Targets drawn from −1, which is ignored, to the last column: some rows count for nothing. */
function rowsCase(
  name: string,
  rows: number,
  cols: number,
  p: Partial<CrossEntropyParams>,
): Case<"logits" | "targets", never, CrossEntropyParams> {
  return {
    name,
    inputs: {
      logits: { shape: [rows, cols], fill: { normal: [1, 3] } },
      targets: { shape: [rows], dtype: "i32", fill: { integers: [p.ignoreIndex === undefined ? -1 : 0, cols] } },
    },
    params: { ignoreIndex: -1, labelSmoothing: 0, ...p },
  };
}

function backwardCase(
  name: string,
  rows: number,
  cols: number,
  p: Partial<CrossEntropyParams>,
  lse: boolean,
): Case<"logits" | "targets" | "lse" | "gradLoss", "gradLse", CrossEntropyParams> {
  const { inputs, params } = rowsCase(name, rows, cols, p);
  const perRow = [rows];
  return {
    name,
    inputs: {
      ...inputs,
      logits: [rows, cols],
      lse: { shape: perRow, fill: { uniform: [3, 5] } },
      gradLoss: perRow,
      ...(lse && { gradLse: perRow }),
    },
    params,
  };
}
