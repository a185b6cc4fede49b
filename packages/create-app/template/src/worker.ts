// The model, away from the page's own thread: it trains step by step, and answers between two steps.
import { Mamba2LM, train } from "@x/mamba2";
import { defaultDevice } from "@x/tensor";
import type { FromWorker, ToWorker } from "./messages.ts";
import { asked, text } from "./text.ts";

const steps = 400;
const say = (message: FromWorker): void => postMessage(message);
const questions: string[] = [];
let wake = (): void => {};
addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  questions.push(data.question);
  wake();
});

const device = await defaultDevice(); // WebGPU on a GPU, else the CPU
const model = new Mamba2LM({ dModel: 64, nLayer: 2, vocabSize: 256, dState: 32, headDim: 32 }, { device, seed: 0 });
say({ kind: "ready", device: device.description, parameters: model.numParameters });

for await (const { step, loss } of train(model, { text, steps, batch: 8, length: 128, lr: 0.01 })) {
  say({ kind: "step", step, steps, loss });
  await new Promise((resolve) => setTimeout(resolve)); // lets questions in
  await answer();
}
for (;;) {
  await answer();
  await new Promise<void>((resolve) => (wake = resolve));
}

async function answer(): Promise<void> {
  for (let question = questions.shift(); question !== undefined; question = questions.shift()) {
    for await (const piece of model.generate(asked(question), { maxTokens: 60, temperature: 0.3, stop: ["\n"] }))
      say({ kind: "piece", text: piece });
    say({ kind: "answered" });
  }
}
