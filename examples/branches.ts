// A state is a value: read a beginning once, go on from it in several ways, save it, and come back to it tomorrow.
//
//   node --conditions=@x/source --import=tsx examples/branches.ts
//
//   read 216 tokens into 4 layers of state
//   other ends of one beginning: true
//   118960 bytes; from the file, the same: true
import { generateIds, Mamba2LM, preset, State } from "@x/mamba2";
import { byteTokenizer } from "@x/nn";

const model = new Mamba2LM(preset("tiny"), { seed: 1 });
const prompt = [...byteTokenizer.encode("Once upon a time there was ".repeat(8))];
const { logits, state } = model.prefill(prompt); // read once, in parallel
logits.dispose();
console.log(`read ${prompt.length} tokens into ${state.layers.length} layers of state`);

async function goOn(from: State, next: string, seed: number): Promise<string> {
  const ids: number[] = [];
  for await (const [id] of generateIds(model, [[...byteTokenizer.encode(next)]], { state: from, maxTokens: 6, seed }))
    ids.push(id!);
  return ids.join(" ");
}
// `state` is left as it is, so any number of branches begin at the same place.
const king = await goOn(state, "a king", 1);
console.log(`other ends of one beginning: ${king !== (await goOn(state, "a queen", 1))}`);

// Its size does not grow with what was read: this file is as large after a million tokens.
const file = await state.serialize(model);
const again = await State.deserialize(file, model);
console.log(`${file.length} bytes; from the file, the same: ${(await goOn(again, "a king", 1)) === king}`);
for (const one of [state, again]) one.dispose();
