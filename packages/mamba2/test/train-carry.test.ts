// Truncated backpropagation through time: windows go on from the state of the ones before, which is that of one long reading, and gradients are those of the unsplit pass with the state given.
import { describe, expect, it } from "vitest";
import { Mamba2LM, train, type TrainingRun, type TrainOptions } from "@x/mamba2";
import { consecutiveBatches, crossEntropy as crossEntropyOf } from "@x/nn";
import { float32ArrayOf, gradientsOf, readSafetensors, tensor, type Tensor } from "@x/tensor/core";
import { carriedLoss, CarriedState } from "../src/train/carried-state.ts";

const fields = { dModel: 16, nLayer: 2, vocabSize: 32, dState: 8, headDim: 8, chunkSize: 4, tieEmbeddings: false };
const model = (more = {}): Mamba2LM => new Mamba2LM({ ...fields, ...more }, { seed: 1 });
const tokens = Uint8Array.from({ length: 161 }, (_, i) => (i * i + 3 * i) % 32);
const small: TrainOptions = { tokens, steps: 6, batch: 2, length: 8, carryState: true, validateEvery: 100 };
const frozen: TrainOptions = { lr: 1e-30, warmup: 0, weightDecay: 0, steps: 6, carryState: true, validateEvery: 100 };
const batches = consecutiveBatches({ tokens, batch: 2, length: 8 });

async function until(run: TrainingRun, last: number): Promise<number[]> {
  const losses: number[] = [];
  for await (const { step, loss } of run) if (losses.push(loss) && step === last) break;
  return losses;
}

/** Tokens that row r has read after so many steps, since it began. */
function readBy(row: number, steps: number): number[] {
  const read: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { x, continues, shape } = batches.at(i);
    if (continues[row] === 0) read.length = 0;
    read.push(...x.subarray(row * shape[1], (row + 1) * shape[1]));
  }
  return read;
}

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-6): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i]! - wanted[i]!)).toBeLessThan(tolerance);
}

describe("a run that carries its state", () => {
  it.each([false, true])(
    "has after its steps the state of one long reading (learnt initial state: %s)",
    async (learnt) => {
      const one = model({ learnableInitialState: learnt });
      for (const { initStates } of one.layers.map(({ mixer }) => mixer!))
        initStates?.write(Float32Array.from({ length: initStates.size }, (_, i) => Math.sin(i)));
      const run = train(one, { ...frozen, batches });
      await until(run, 5);
      const { tensors } = readSafetensors(await run.serialize());
      for (const row of [0, 1]) {
        const { state } = one.prefill(readBy(row, 5));
        for (const [i, layer] of state.layers.entries())
          for (const part of ["conv", "ssm"] as const) {
            const wanted = await layer[part]!.data();
            const held = float32ArrayOf(tensors.get(`carried.${i}.${part}`)!);
            expectClose(held.subarray(row * wanted.length, (row + 1) * wanted.length), wanted as Float32Array, 2e-6);
          }
      }
    },
  );

  it("has the loss and the gradients of the unsplit pass with the state given", async () => {
    const one = model();
    using carried = new CarriedState(one);
    const wrt = one.parameters();
    const of = async (loss: () => Tensor): Promise<Float32Array[]> => {
      const { value, grads } = gradientsOf(
        loss,
        wrt.map(({ value }) => value),
      );
      return Promise.all([value, ...grads].map(async (x) => (await x!.data()) as Float32Array));
    };
    let last: Float32Array[] = [];
    for (const step of [0, 1, 2]) {
      const { x, y, shape, before, after } = carried.around(batches.at(step));
      const onDevice = {
        x: tensor(x, { shape }),
        y: tensor(y, { shape }),
        continues: tensor(batches.at(step).continues),
      };
      last = await of(() => carriedLoss(one, { ...onDevice, shape, before, after }));
      carried.advance();
    }
    // the state after two windows, of one reading, and the third window with it
    const rows = [0, 1].map((row) => readBy(row, 3));
    const { x, y, shape } = batches.at(2);
    const { state } = one.prefill(rows.map((row) => row.slice(0, -shape[1])));
    const given = { x: tensor(x, { shape }), y: tensor(y, { shape }) };
    const split = await of(() => crossEntropyOf(one.forward(given.x, { state }), given.y));
    for (const [i, values] of last.entries()) expectClose(values, split[i]!);
    // and of one pass over all three, whose last part alone has targets: what acts behind the last state, not before it, has the same gradient
    const all = rows.map((row) => row.slice());
    const following = [0, 1].map((row) => [
      ...Array.from({ length: all[row]!.length - shape[1] }, () => -100),
      ...y.subarray(row * shape[1], (row + 1) * shape[1]),
    ]);
    const whole = await of(() => one.loss(all, following));
    expectClose(last[0]!, whole[0]!);
    for (const path of ["lm_head.weight", "backbone.norm_f.weight"]) {
      const i = 1 + wrt.findIndex((parameter) => parameter.path === path);
      expect(i).toBeGreaterThan(0);
      expectClose(last[i]!, whole[i]!);
    }
    const early = 1 + wrt.findIndex(({ path }) => path.endsWith("layers.0.mixer.in_proj.weight"));
    expect(last[early]!.some((value, i) => Math.abs(value - whole[early]![i]!) > 1e-5)).toBe(true); // the gradient is cut
  });

  it("trains the learnt initial state by the rows that begin with it, and by those alone", async () => {
    const one = model({ learnableInitialState: true });
    const begins = { at: (step: number) => ({ ...batches.at(step), continues: Int32Array.of(1, 1) }) };
    const states = (): Promise<ArrayLike<number>> =>
      one.layers[0]!.mixer!.initStates!.value.data() as Promise<Float32Array>;
    await until(
      train(one, { ...small, tokens: undefined!, batches: begins, steps: 1, weightDecay: 0 } as TrainOptions),
      1,
    );
    expect(Array.from(await states()).every((value) => value === 0)).toBe(true);
    await until(train(one, { ...small, steps: 1, weightDecay: 0 }), 1);
    expect(Array.from(await states()).some((value) => value !== 0)).toBe(true);
  });

  it("goes on from its file, and in a second loop, bit for bit", async () => {
    const [whole, halves] = [model(), model()];
    const expected = await until(train(whole, small), 6);
    const run = train(halves, small);
    const first = await until(run, 3);
    const [{ files }, file] = [await halves.save("own"), await run.serialize()];
    expect([...first, ...(await until(run, 6))]).toEqual(expected);
    const resumed = train(await Mamba2LM.load(files), small);
    resumed.restore(file);
    expect([...first, ...(await until(resumed, 6))]).toEqual(expected);
    const without = await until(train(model(), { ...small, carryState: false }), 6);
    expect(without).not.toEqual(expected);
  });

  it("leaves no memory behind", async () => {
    const one = model();
    await until(train(one, small), 6);
    const { usedBytes } = one.device.memory;
    const run = train(one, small);
    await until(run, 3);
    await run.serialize();
    await until(run, 6);
    expect(one.device.memory.usedBytes).toBe(usedBytes);
  });

  it("is refused where it cannot be right", async () => {
    const hybrid = model({ layers: [["mixer"], ["attention"]], attention: { heads: 2 } });
    expect(() => train(hybrid, small)).toThrow("train: carryState must be used with a model without attention");
    const again = model();
    again.gradientCheckpointing = true;
    expect(() => train(again, small)).toThrow("train: carryState must be used without gradientCheckpointing");
    const own = (at: (step: number) => object): Promise<number[]> =>
      until(train(model(), { ...frozen, batches: { at } } as unknown as TrainOptions), 6);
    const { continues: _continues, ...plain } = batches.at(0);
    await expect(own(() => plain)).rejects.toThrow(
      "train: batches.at(0).continues must be an Int32Array with 1 for each of 2 rows",
    );
    await expect(own((step) => ({ ...batches.at(step), seqIdx: new Int32Array(16) }))).rejects.toThrow(
      "seqIdx must not be given with carryState",
    );
    const other = consecutiveBatches({ tokens, batch: 3, length: 8 });
    await expect(own((step) => (step === 0 ? batches : other).at(step))).rejects.toThrow(
      "train: every batch must have the 2 rows whose states are carried; got 3.",
    );
    expect(() => train(model(), { ...small, batch: 40 })).toThrow(
      /at least a window of length 8 for each of 40 rows; they have \d+/,
    );
  });
});

it("consecutive windows read every token once an epoch, each row on from itself", () => {
  const segments = [
    { begin: 0, end: 50 },
    { begin: 60, end: 161 },
  ];
  const different = Uint8Array.from({ length: 161 }, (_, i) => i);
  const given = { tokens: different, segments, batch: 4, length: 8, seed: 3 };
  const [one, other] = [consecutiveBatches(given), consecutiveBatches({ ...given, seed: 4 })];
  const counts = new Map<string, number>();
  for (let step = 0; step < 5; step++) {
    const { x, y, continues } = one.at(step);
    const next = one.at(step + 1);
    for (let row = 0; row < 4; row++) {
      const window = [...x.subarray(row * 8, row * 8 + 8)].join();
      counts.set(window, (counts.get(window) ?? 0) + 1);
      if (step === 0) expect(continues[row]).toBe(0);
      if (next.continues[row] === 1) expect(next.x[row * 8]).toBe(y[row * 8 + 7]); // the target that was last is what is read next
    }
  }
  expect(counts.size).toBe(20); // 7 and 13 windows
  expect([...one.at(0).x]).not.toEqual([...other.at(0).x]);
});
