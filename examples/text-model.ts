// A language model from nothing: bytes in, bytes out. What it learns in a few seconds is a text by heart; give it a file of your own and more steps.
//
//   node --conditions=@x/source --import=tsx examples/text-model.ts
//
//   45236 parameters
//   step 20: loss 0.18
//   step 40: loss 0.08
//   step 60: loss 0.03
//   the moon pulls the sea, the sea pulls the moon;
import { Mamba2LM, train } from "@x/mamba2";

const text = "the moon pulls the sea, the sea pulls the moon; ".repeat(80);

// 256 tokens: bytes, no tokenizer needed. Projections into the residual stream are drawn 1/√(2L) times as wide.
const model = new Mamba2LM({ dModel: 48, nLayer: 2, vocabSize: 256, dState: 16, headDim: 16 }, { seed: 0 });
console.log(`${model.numParameters} parameters`);

for await (const { step, loss } of train(model, { text, steps: 60, batch: 4, length: 64, lr: 0.01 }))
  if (step % 20 === 0) console.log(`step ${step}: loss ${loss.toFixed(2)}`);

let said = "";
for await (const piece of model.generate("the moon ", { maxTokens: 39, temperature: 0 })) said += piece;
console.log(`the moon ${said.trimEnd()}`);
