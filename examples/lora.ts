// A low-rank adapter: two thin matrices beside each big one are trained, and the model stays as it was. The base is held in 8 bits.
//
//   node --conditions=@x/source --import=tsx examples/lora.ts
//
//   8800 parameters are trained
//   step 0: loss 5.5
//   step 20: loss 4.1
//   step 40: loss 3.9
//   with it: 3.9
//   without: 5.5
//   adapter_config.json, adapter_model.safetensors
import { Mamba2LM, preset } from "@x/mamba2";
import { addAdapter, saveAdapter, useAdapter } from "@x/mamba2/adapters";
import { adamw, byteTokenizer, randomBatches, trainer } from "@x/nn";
import { tensor } from "@x/tensor";

const model = new Mamba2LM(preset("tiny"), { seed: 1, quantize: { bits: 8 } }); // await loadFolder("runs/start-1", …)
const adapter = addAdapter(model, { name: "counting", rank: 4 }); // every product but the head; `targets` chooses
console.log(`${adapter.numParameters} parameters are trained`);

const text = byteTokenizer.encode("one two three four five six seven eight nine ten ".repeat(20));
const batches = randomBatches({ tokens: text, batch: 2, length: 32, seed: 1 });
{
  // `model.loss` and the trainer know nothing of adapters: the model's parameters are the adapter's while it has one.
  using fit = trainer(model, adamw({ lr: 2e-2 }), ({ x, y }) => model.loss(x, y));
  for (let step = 0; step <= 40; step++) {
    const { loss } = await fit.step(batches.at(step));
    if (step % 20 === 0) console.log(`step ${step}: loss ${loss.toFixed(1)}`);
  }
}

const { x, y, shape } = batches.at(99);
const lossNow = async (): Promise<string> =>
  (await model.loss(tensor(x, { shape }), tensor(y, { shape })).item()).toFixed(1);
console.log(`with it: ${await lossNow()}`);
useAdapter(model, null); // the base alone: fields are switched, nothing is copied
console.log(`without: ${await lossNow()}`);

const { files } = await saveAdapter(adapter); // as PEFT writes them
console.log([...files.keys()].join(", "));
