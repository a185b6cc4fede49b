// Packed documents on top of a state: a row that begins with document 0 goes on from it, every other document starts over, also in rows shorter than the convolution is wide.
import { gradientsOf, type Tensor } from "@x/tensor";
import { expect, test } from "vitest";
import { Mamba2LM, preset, type State } from "../src/index.ts";

const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2 }, { seed: 5 });
const before = model.prefill([7, 3, 9, 250, 1]).state;
const ids = [11, 4, 200, 31, 8, 90, 17];

async function afterwards(state: State): Promise<number[]> {
  const { logits } = model.step([42], state);
  return [...(await logits.data())];
}

function expectClose(got: readonly number[], want: readonly number[]): void {
  const most = Math.max(...want.map(Math.abs));
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * most);
}

test.each([
  [[0, 0, 0, 0, 0, 0, 0]],
  [[0, 0, 0, 0, 1, 1, 1]],
  [[0, 1, 1, 2, 2, 2, 2]],
  [[3, 3, 5, 5, 5, 5, 4]],
  [[0, 0]],
  [[0, 1]],
  [[2, 2, 1]],
  [[1]],
])("documents %j", async (numbers) => {
  const read = ids.slice(0, numbers.length);
  const packed = model.prefill(read, { state: before, seqIdx: numbers, logitsToKeep: read.length });
  const v = packed.logits.shape[2]!;
  const logits = [...(await packed.logits.data())];
  const starts = numbers.flatMap((number, i) => (i === 0 || numbers[i - 1] !== number ? [i] : []));
  for (const [k, start] of starts.entries()) {
    const end = starts[k + 1] ?? numbers.length;
    const alone = model.prefill(read.slice(start, end), {
      ...(k === 0 && numbers[0] === 0 && { state: before }),
      logitsToKeep: end - start,
    });
    expectClose(logits.slice(start * v, end * v), [...(await alone.logits.data())]);
    if (end === numbers.length) expectClose(await afterwards(packed.state), await afterwards(alone.state));
  }
});

test("a learnt initial state gets the gradient of every document that begins with it", async () => {
  const learnt = new Mamba2LM({ ...preset("tiny"), nLayer: 2, learnableInitialState: true, nGroups: 2 }, { seed: 5 });
  const starts = learnt.parameters().filter(({ path }) => path.endsWith("init_states"));
  for (const start of starts) start.write(Float32Array.from({ length: start.size }, (_, i) => Math.sin(i)));
  const [a, b] = [ids, [5, 42, 77]];
  const next = (row: readonly number[]): number[] => [...row.slice(1), -100];
  const gradients = async (loss: () => Tensor): Promise<number[][]> => {
    const { grads } = gradientsOf(
      loss,
      starts.map(({ value }) => value),
    );
    return Promise.all(grads.map(async (grad) => [...(await grad!.data())]));
  };
  const seqIdx = [...a.map(() => 3), ...b.map(() => 4), -1];
  const packed = await gradients(() => learnt.loss([...a, ...b, 0], [...next(a), ...next(b), -100], { seqIdx }));
  const alone = await Promise.all([a, b].map((row) => gradients(() => learnt.loss(row, next(row)))));
  const counts = [a, b].map(({ length }) => length - 1); // losses are means
  for (const [i, got] of packed.entries())
    expectClose(
      got,
      got.map(
        (_, at) => (alone[0]![i]![at]! * counts[0]! + alone[1]![i]![at]! * counts[1]!) / (counts[0]! + counts[1]!),
      ),
    );
});
