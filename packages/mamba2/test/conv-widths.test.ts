// Convolutions of any width: what is read at once, in parts and token by token agrees. Of width 1 a convolution is a scale and shift of each channel of each token alone.
import { tensor, type Tensor } from "@x/tensor";
import { expect, test } from "vitest";
import { Mamba2LM, mamba2Config, Mamba2Mixer, preset, State } from "../src/index.ts";

const ids = [11, 4, 200, 31, 8, 90, 17];
const values = async (x: Tensor): Promise<number[]> => [...(await x.data())];

function expectClose(got: readonly number[], want: readonly number[]): void {
  const most = Math.max(...want.map(Math.abs));
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * most);
}

test.each([1, 2, 3, 5, 9])("dConv %d", async (dConv) => {
  const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2, dConv }, { seed: 4 });
  const whole = await values(model.forward(ids));
  const v = whole.length / ids.length;
  const first = model.prefill(ids.slice(0, 3));
  const rest = model.prefill(ids.slice(3), { state: first.state, logitsToKeep: 4 });
  expectClose(await values(rest.logits), whole.slice(3 * v));
  let { state } = model.prefill(ids.slice(0, 1));
  for (let i = 1; i < ids.length; i++) {
    const next = model.step([ids[i]!], state);
    expectClose(await values(next.logits), whole.slice(i * v, (i + 1) * v));
    state = next.state;
  }
  const saved = await State.deserialize(await state.serialize(model), model);
  expectClose(await values(model.step([5], saved).logits), await values(model.step([5], rest.state).logits));
});

test("dConv 1: each token's channels are scaled and shifted alone", async () => {
  const config = mamba2Config({ dModel: 8, headDim: 4, dState: 4, dConv: 1 });
  const mixer = new Mamba2Mixer(config);
  const weight = mixer.conv1d.weight.value;
  expect(weight.shape.at(-1)).toBe(1);
  const [b, l, c] = [1, 3, weight.shape[0]!];
  const x = Float32Array.from({ length: b * l * c }, (_, i) => Math.sin(i));
  const got = await values(mixer.conv1d.forward(tensor(x, { shape: [b, l, c] })));
  const [w, bias] = [await values(weight), await values(mixer.conv1d.bias!.value)];
  const silu = (value: number): number => value / (1 + Math.exp(-value));
  expectClose(
    got,
    Array.from(x, (value, i) => silu(value * w[i % c]! + bias[i % c]!)),
  );
});
