// What must hold of sequences on every model: steps are one forward, parts are the whole, rows of a batch and documents of a row are what they are alone.
import { type Continuation, type Mamba2LM, Rewindable, type State, streamPrefill } from "@x/mamba2";
import { capture, type Tensor, tensor } from "@x/tensor";
import { Comparison, type Deviation } from "./deviation.ts";
import { drawIds, Held, memoryOf, rowOf } from "./reading.ts";

/** How long sequences are. */
export interface Sizes {
  /** a step after a step is compared with a forward of so many tokens */
  readonly steps: readonly number[];
  /** a prompt, and where it is cut into parts */
  readonly prompt: number;
  readonly cuts: readonly (readonly number[])[];
  /** tokens of the rows of a batch, and of what each goes on with */
  readonly rows: readonly number[];
  readonly further: readonly number[];
}

export const WHOLE: Sizes = {
  steps: [1, 2, 17, 513],
  prompt: 513,
  cuts: [[1], [256], [64, 128, 192, 448], [3, 4, 5, 149, 512]],
  rows: [1, 70, 3, 33],
  further: [6, 1, 40, 2],
};
/** The same within a second a model, software drivers included. */
export const SHORT: Sizes = {
  steps: [1, 2, 17],
  prompt: 40,
  cuts: [[1], [3, 4, 5, 39]],
  rows: [1, 20, 3],
  further: [6, 1, 4],
};

type Check = (model: Mamba2LM, sizes: Sizes, compare: Comparison, held: Held) => Promise<void>;

async function compareStates(compare: Comparison, got: State, want: State, row = 0): Promise<void> {
  const expected = await memoryOf(want);
  for (const [i, memory] of (await memoryOf(got, row)).entries()) compare.add(memory, expected[i]!);
}

/** One row of a batch beside the row alone: logits and state. */
async function compareRow(compare: Comparison, got: Continuation, row: number, want: Continuation): Promise<void> {
  compare.add(await rowOf(got.logits, row), await rowOf(want.logits, 0));
  await compareStates(compare, got.state, want.state, row);
}

/** Steps by `next` from the beginning, beside forwards and prefills of the first tokens. */
function stepped(next: (model: Mamba2LM) => (id: number, state: State) => Continuation): Check {
  return async (model, { steps }, compare) => {
    const ids = drawIds(model, 0, Math.max(...steps));
    const step = next(model);
    const seen: ArrayLike<number>[] = [];
    let state = model.initialState();
    state.reserve(ids.length);
    for (const [i, id] of ids.entries()) {
      const after = step(id, state);
      state.dispose();
      state = after.state;
      seen.push(await after.logits.data());
      after.logits.dispose();
      if (!steps.includes(i + 1)) continue;
      const whole = model.prefill(ids.slice(0, i + 1), { logitsToKeep: i + 1 });
      const all = (await whole.logits.data()) as Float32Array;
      for (const [at, logits] of seen.entries())
        compare.add(logits, all.subarray(at * logits.length, (at + 1) * logits.length));
      await compareStates(compare, state, whole.state);
      whole.logits.dispose();
      whole.state.dispose();
    }
    state.dispose();
  };
}

const eager = stepped((model) => (id, state) => model.step([id], state));

/** As generation steps: recorded once. */
const captured = stepped((model) => {
  const run = capture((ids: Tensor, layers: State["layers"], positions?: Tensor) =>
    model.stepLayers(ids, layers, positions),
  );
  return (id, state) => {
    const ids = tensor(Int32Array.of(id), { device: model.device });
    const { logits, ...next } = run(ids, state.layers, state.positions);
    ids.dispose();
    return { logits, state: state.after(next, 1) };
  };
});

/** A prompt in parts: what each of its tokens says, and the state after it, are those of one reading. */
const parts: Check = async (model, { prompt, cuts }, compare, held) => {
  const ids = drawIds(model, 1, prompt);
  const whole = held.keep(model.prefill(ids, { logitsToKeep: prompt }));
  const all = (await whole.logits.data()) as Float32Array;
  const v = all.length / prompt;
  for (const cut of cuts) {
    let state: State | undefined;
    for (const [i, to] of [...cut, prompt].entries()) {
      const from = cut[i - 1] ?? 0;
      const read = held.keep(model.prefill(ids.slice(from, to), { ...(state && { state }), logitsToKeep: to - from }));
      compare.add(await read.logits.data(), all.subarray(from * v, to * v));
      state = read.state;
    }
    await compareStates(compare, state!, whole.state);
  }
};

/** Rows of several lengths, then more tokens of each on the warm state, then a step, beside each row alone. */
function batched(side: "left" | "right"): Check {
  return async (model, { rows, further }, compare, held) => {
    const [first, more] = [rows, further].map((lengths, i) =>
      lengths.map((length, r) => drawIds(model, 10 * i + r + 2, length)),
    ) as [number[][], number[][]];
    const one = held.keep(model.prefill(...padded(first, side)));
    const [ids, mask] = padded(more, side);
    const two = held.keep(model.prefill(ids, { ...mask, state: one.state }));
    const last = rows.map((_, r) => r + 1);
    const three = held.keep(model.step(last, two.state));
    for (const r of rows.keys()) {
      const alone = held.keep(model.prefill(first[r]!));
      await compareRow(compare, one, r, alone);
      const next = held.keep(model.prefill(more[r]!, { state: alone.state }));
      await compareRow(compare, two, r, next);
      await compareRow(compare, three, r, held.keep(model.step([last[r]!], next.state)));
    }
  };
}

function padded(
  rows: readonly number[][],
  side: "left" | "right",
): [ids: number[][], options: { readonly attentionMask: number[][] }] {
  const width = Math.max(...rows.map(({ length }) => length));
  const filled = (row: readonly number[], filler: number): number[] => {
    const rest = Array.from({ length: width - row.length }, () => filler);
    return side === "left" ? [...rest, ...row] : [...row, ...rest];
  };
  const ones = rows.map((row) => row.map(() => 1));
  return [rows.map((row) => filled(row, 7)), { attentionMask: ones.map((row) => filled(row, 0)) }];
}

/** Documents one after another in a row, padding behind them, beside each alone. */
const packed: Check = async (model, { rows }, compare, held) => {
  const documents = rows.map((length, r) => drawIds(model, r + 30, length));
  const seqIdx = [...documents.flatMap((ids, r) => ids.map(() => r)), -1, -1];
  const logits = model.forward([...documents.flat(), 0, 0], { seqIdx });
  const all = (await logits.data()) as Float32Array;
  logits.dispose();
  const v = all.length / seqIdx.length;
  let from = 0;
  for (const ids of documents) {
    const alone = held.keep(model.prefill(ids, { logitsToKeep: ids.length }));
    compare.add(all.subarray(from * v, (from + ids.length) * v), await alone.logits.data());
    from += ids.length;
  }
};

/** Several prompts in one row, a state for each, that go on by a step, beside each alone. */
const separate: Check = async (model, { rows }, compare, held) => {
  const documents = rows.map((length, r) => drawIds(model, r + 30, length));
  const seqIdx = [-1, ...documents.flatMap((ids, r) => ids.map(() => r + 3)), -1];
  const read = held.keep(model.prefill([0, ...documents.flat(), 0], { seqIdx, statePerDocument: true }));
  const last = rows.map((_, r) => r + 1);
  const next = held.keep(model.step(last, read.state));
  for (const [r, ids] of documents.entries()) {
    const alone = held.keep(model.prefill(ids));
    await compareRow(compare, read, r, alone);
    await compareRow(compare, next, r, held.keep(model.step([last[r]!], alone.state)));
  }
};

/** A prompt as a stream of parts, beside one reading. */
const streamed: Check = async (model, { prompt }, compare, held) => {
  const ids = drawIds(model, 1, prompt);
  const whole = held.keep(model.prefill(ids));
  const read = held.keep(await streamPrefill(model, [ids.slice(0, 5), ids.slice(5)], { chunk: 32 }));
  await compareRow(compare, read, 0, whole);
};

/** Back to an earlier position, on again, and a branch, beside what was read once. */
const rewound: Check = async (model, { rows }, compare, held) => {
  const ids = drawIds(model, 40, Math.max(...rows));
  const text = new Rewindable(model, { every: 8 });
  text.read(ids).dispose();
  for (const length of [ids.length - 1, 8, 5, 0]) {
    text.rewind(length);
    if (length > 0) await compareStates(compare, text.state!, held.keep(model.prefill(ids.slice(0, length))).state);
    const branch = text.state && held.keep(model.step([1], text.state));
    const logits = text.read(ids.slice(length));
    const whole = held.keep(model.prefill(ids, { logitsToKeep: ids.length - length }));
    compare.add(await logits.data(), await whole.logits.data());
    logits.dispose();
    await compareStates(compare, text.state!, whole.state);
    if (branch) await compareRow(compare, branch, 0, held.keep(model.prefill([...ids.slice(0, length), 1])));
  }
  text.dispose();
};

/** By what they show. */
export const CHECKS = {
  steps: eager,
  "captured steps": captured,
  parts,
  "rows padded on the left": batched("left"),
  "rows padded on the right": batched("right"),
  streamed,
  documents: packed,
  "a state per document": separate,
  "going back": rewound,
} as const satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof CHECKS;

/** Which of them must give the same bits on the CPU. */
export const SAME_BITS: ReadonlySet<CheckName> = new Set([
  "rows padded on the left",
  "rows padded on the right",
  "a state per document",
]);

/** @returns how far a model is from what a check wants */
export async function measure(name: CheckName, model: Mamba2LM, sizes: Sizes): Promise<Deviation> {
  const [compare, held] = [new Comparison(), new Held()];
  try {
    await (CHECKS[name] as Check)(model, sizes, compare, held);
  } finally {
    held.free();
  }
  return compare;
}

export const ALL_CHECKS = Object.keys(CHECKS) as CheckName[];

/** What every run of the tests makes of them. */
export const FEW_CHECKS: readonly CheckName[] = [
  "captured steps",
  "parts",
  "rows padded on the left",
  "documents",
  "a state per document",
];
