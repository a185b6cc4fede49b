// What is compared: the heavy parts of a language model, the scan of Mamba-2, whole training steps, and the cost of a dispatch.
import {
  chainLength,
  type DuelCase,
  type DuelInput,
  type DuelOp,
  type Mamba2Sizes,
  type Training,
  type TrainOp,
} from "./peer.ts";
import { Draws } from "./draws.ts";
import { modelOf } from "./ours-models.ts";

/** A row: its name, and the case with its numbers, drawn when the row is run. All rows together hold some 700 MB. */
export interface DuelRow {
  readonly id: string;
  make(): Promise<DuelCase>;
}

/** The rows, in the order of the table. `small` has sizes for adapters on which the large ones take minutes. */
export function duelRows(small: boolean): DuelRow[] {
  const size = small ? smallSizes : fullSizes;
  const [rows, columns] = size.rows;
  const [long, wide] = size.long;
  const [vocabulary, chosen] = size.gather;
  const { l, h, p, n } = size.scan;
  const scan = `b1 l${l} h${h} p${p} n${n}`;
  const scanInputs = (draw: Draws): DuelCase["inputs"] => ({
    x: draw.normal(1, l, h, p),
    dt: draw.uniform(0.001, 0.1, 1, l, h),
    a: draw.uniform(-16, -1, h),
    b: draw.normal(1, l, 1, n),
    c: draw.normal(1, l, 1, n),
  });
  const beside = small ? {} : ({ yardstick: "layer_projections" } as const);
  const perPart = { parts: chainLength, yardstick: "bare_webgpu" } as const;
  const rotation = (draw: Draws): DuelCase["inputs"] => ({ x: draw.normal(1, 64), w: draw.reflection(64) });
  return [
    ...size.products.map(([m, k, n_]) =>
      row("matmul", `${m}×${k}×${n_}`, (draw) => ({ a: draw.normal(m, k), b: draw.normal(k, n_) })),
    ),
    row("softmax", `${long}×${wide}`, (draw) => ({ x: draw.normal(long, wide) })),
    row("layer_norm", `${rows}×${columns}`, (draw) => ({
      x: draw.normal(rows, columns),
      weight: draw.normal(columns),
      bias: draw.normal(columns),
    })),
    row("rms_norm", `${rows}×${columns}`, (draw) => ({ x: draw.normal(rows, columns), weight: draw.normal(columns) })),
    row("silu_mul_add", `silu(x)·y+z of ${size.chain}`, (draw) => ({
      x: draw.normal(size.chain),
      y: draw.normal(size.chain),
      z: draw.normal(size.chain),
    })),
    row("conv1d_silu", `${rows}×${columns}, width 4`, (draw) => ({
      x: draw.normal(rows, columns),
      weight: draw.normal(columns, 4),
      bias: draw.normal(columns),
    })),
    row("cumsum", `${long}×${wide}`, (draw) => ({ x: draw.normal(long, wide) })),
    row("rows", `${chosen} of ${vocabulary}×${columns}`, (draw) => ({
      x: draw.normal(vocabulary, columns),
      index: draw.integers(vocabulary, chosen),
    })),
    row("sum", `${size.sum}`, (draw) => ({ x: draw.uniform(0, 1, size.sum) })),
    row("ssd", scan, scanInputs, beside),
    row(
      "ssd_grad",
      `${scan}, value and gradients`,
      (draw) => ({ ...scanInputs(draw), weight: draw.uniform(0, 1, 1, l, h, p) }),
      beside,
    ),
    row("state_step", "decode 24×64×128", (draw) => ({
      state: draw.normal(24, 64, 128),
      dt: draw.uniform(0, 1, 24, 1, 1),
      a: draw.uniform(-2, -1, 24, 1, 1),
      x: draw.normal(24, 64, 1),
      b: draw.normal(1, 1, 128),
      c: draw.normal(1, 1, 128),
    })),
    row("chain", `${chainLength} dependent 1×64×64, recorded, each`, rotation, perPart),
    row("chain_eager", `${chainLength} dependent 1×64×64, op by op, each`, rotation, perPart),
    training("train_mlp", "vocabulary 256, d 128", size.mlpBatch, { lr: 1e-3, weightDecay: 0, checkedSteps: 6 }),
    training("train_mamba2", `${size.model.nLayer} layers, d ${size.model.dModel}`, size.modelBatch, {
      lr: 1e-3,
      weightDecay: 0.1,
      checkedSteps: 3,
      model: size.model,
    }),
  ];
}

type Triple = readonly [number, number, number];
type Pair = readonly [number, number];

interface Sizes {
  readonly products: readonly Triple[];
  /** rows of softmax and cumsum */
  readonly long: Pair;
  readonly rows: Pair;
  readonly chain: number;
  readonly gather: Pair;
  readonly sum: number;
  readonly scan: { readonly l: number; readonly h: number; readonly p: number; readonly n: number };
  readonly mlpBatch: Pair;
  readonly model: Mamba2Sizes;
  readonly modelBatch: Pair;
}

const fullSizes: Sizes = {
  products: [
    [256, 256, 256],
    [512, 512, 512],
    [1024, 1024, 1024],
    [512, 768, 3072],
    [1, 768, 3072],
  ],
  long: [512, 4096],
  rows: [2048, 768],
  chain: 2 ** 22,
  gather: [32000, 2048],
  sum: 2 ** 24,
  scan: { l: 512, h: 24, p: 64, n: 128 },
  mlpBatch: [8, 128],
  model: { dModel: 256, nLayer: 4, vocabSize: 256, headDim: 64, dState: 128 },
  modelBatch: [4, 256],
};

const smallSizes: Sizes = {
  products: [
    [128, 128, 128],
    [256, 256, 256],
    [1, 256, 256],
  ],
  long: [128, 1024],
  rows: [256, 768],
  chain: 2 ** 18,
  gather: [4096, 256],
  sum: 2 ** 20,
  scan: { l: 128, h: 4, p: 32, n: 32 },
  mlpBatch: [2, 64],
  model: { dModel: 64, nLayer: 2, vocabSize: 256, headDim: 32, dState: 32 },
  modelBatch: [2, 64],
};

function row(
  op: DuelOp,
  what: string,
  draw: (draws: Draws) => DuelCase["inputs"],
  more: Partial<DuelCase> = {},
): DuelRow {
  const id = `${op} ${what}`;
  return { id, make: () => Promise.resolve({ id, op, inputs: draw(new Draws(id)), ...more }) };
}

/** A training step: the model's own first values under its own names, and one batch of tokens that follow one another by a fixed rule, with noise. */
function training(op: TrainOp, what: string, [b, l]: Pair, settings: Omit<Training, "decayed">): DuelRow {
  const id = `${op} ${what}, ${b}×${l} tokens`;
  return {
    id,
    async make() {
      const model = modelOf(op, settings.model);
      const values: Readonly<Record<string, DuelInput>> = Object.fromEntries(await model.stateDict());
      const decayed = model
        .parameters()
        .filter(({ decay }) => decay)
        .map(({ path }) => path);
      model.dispose();
      const text = new Draws(id).sequence(256, b * l + 1);
      const tokens = { shape: [b, l], data: text.slice(0, -1) };
      const targets = { shape: [b, l], data: text.slice(1) };
      return { id, op, inputs: { ...values, tokens, targets }, training: { ...settings, decayed } };
    },
  };
}
