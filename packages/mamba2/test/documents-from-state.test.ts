// Packed documents on top of a state: a row that begins with document 0 goes on from it, every other document begins anew, also in rows shorter than the convolution is wide.
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
