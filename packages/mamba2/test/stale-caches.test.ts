// Whatever keeps what a model has made of tokens (beginnings of prompts, conversations, places to go back to) forgets it when the model changes, in whatever way: the answer is that of an
// object which is new.
import { describe, expect, it } from "vitest";
import { complete, Mamba2LM, mamba2Config, PrefixCache, Rewindable, Scheduler } from "@x/mamba2";
import { addAdapter, mergeAdapter, unmergeAdapter, useAdapter } from "@x/mamba2/adapters";
import { ChatTemplate, Conversation } from "@x/mamba2/chat";
import { adamw, randomBatches, trainer } from "@x/nn";
import { assign, contiguous, createCpuDevice, mul, tidy } from "@x/tensor";

const fields = mamba2Config({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 });
const device = createCpuDevice();
const prompt = [1, 2, 3, 4, 5];
const template = new ChatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:");
const chatOptions = { template, maxTokens: 4, temperature: 0 };

/** Something that keeps what the model made: asked twice, with a change of the model between. */
interface Asked {
  ask(): Promise<unknown>;
  dispose(): void;
}

const caches: Readonly<Record<string, (model: Mamba2LM) => Asked>> = {
  PrefixCache(model) {
    const cache = new PrefixCache(model);
    const ask = async (): Promise<unknown> => {
      const { logits, state } = cache.read(prompt);
      state.dispose();
      return logits.data();
    };
    return { ask, dispose: () => cache.dispose() };
  },
  Scheduler(model) {
    const scheduler = new Scheduler(model);
    const ask = async (): Promise<unknown> => {
      const ids: number[] = [];
      for await (const id of scheduler.add(prompt, { maxTokens: 6, temperature: 0 })) ids.push(id);
      return ids;
    };
    return { ask, dispose: () => scheduler.dispose() };
  },
  Rewindable(model) {
    const text = new Rewindable(model, { every: 2 });
    text.read(prompt).dispose();
    const ask = async (): Promise<unknown> => {
      text.rewind(prompt.length);
      const logits = text.read([7]);
      return logits.data();
    };
    return { ask, dispose: () => text.dispose() };
  },
  Conversation(model) {
    const conversation = new Conversation(model, chatOptions);
    const ask = async (): Promise<unknown> => {
      conversation.messages = [
        { role: "user", content: "hello" },
        { role: "assistant", content: "good day" },
      ];
      const pieces: string[] = [];
      for await (const piece of conversation.say("and?")) pieces.push(piece);
      return pieces.join("");
    };
    return { ask, dispose: () => conversation.dispose() };
  },
};

const changes: Readonly<Record<string, (model: Mamba2LM) => unknown>> = {
  "written in place": (model) => {
    for (const { value } of model.parameters()) tidy(() => assign(value, mul(value, -1.25)));
  },
  "written from the host": async (model) => {
    for (const one of model.parameters()) one.write((await one.hostValue()).data.map((x) => -1.25 * x));
  },
  "another state loaded": async (model) => {
    const other = new Mamba2LM(fields, { seed: 2, device });
    model.loadStateDict(await other.stateDict());
    other.dispose();
  },
  "a value replaced": (model) => {
    for (const one of model.parameters()) one.value = contiguous(mul(one.value, -1.25));
  },
  "a training step": async (model) => {
    using fit = trainer(model, adamw({ lr: 0.05 }), ({ x, y }) => model.loss(x, y));
    await fit.step(randomBatches({ tokens: new Uint8Array(99).fill(7), batch: 2, length: 8 }).at(0));
  },
  "an adapter added": (model) => drawn(addAdapter(model)),
  "adapters switched": (model) => {
    drawn(addAdapter(model, { name: "other" }));
    useAdapter(model, null);
    for (const { value } of model.baseParameters()) tidy(() => assign(value, mul(value, -1.25)));
  },
  "an adapter merged": (model) => {
    const adapter = addAdapter(model);
    drawn(adapter);
    mergeAdapter(model, adapter);
  },
};

/** Gives an adapter, which begins as nothing, an effect. */
function drawn({ modules }: ReturnType<typeof addAdapter>): void {
  for (const { pair } of modules) pair.b.write(new Float32Array(pair.b.size).fill(0.5));
}

for (const [cache, make] of Object.entries(caches)) {
  describe(cache, () => {
    it.each(Object.keys(changes))("%s", async (change) => {
      const model = new Mamba2LM(fields, { seed: 1, device });
      const old = make(model);
      const before = await old.ask();
      expect(await old.ask(), "without a change").toEqual(before);
      await changes[change]!(model);
      const after = await old.ask();
      old.dispose();
      const fresh = make(model);
      expect(after).toEqual(await fresh.ask());
      expect(after).not.toEqual(before);
      fresh.dispose();
      model.dispose();
    });
  });
}

it("an adapter's merge and its undoing are changes, both", async () => {
  const model = new Mamba2LM(fields, { seed: 1, device });
  const adapter = addAdapter(model);
  drawn(adapter);
  const scheduler = caches["Scheduler"]!(model);
  for (const change of [() => mergeAdapter(model, adapter), () => unmergeAdapter(model)]) {
    await scheduler.ask();
    change();
    const { completions } = await complete(model, [prompt], { maxTokens: 6, temperature: 0 });
    expect(await scheduler.ask()).toEqual(completions[0]![0]!.ids);
  }
});

it("a conversation that another model was saved with is read again", async () => {
  const [model, other] = [1, 2].map((seed) => new Mamba2LM(fields, { seed, device }));
  const talk = async (conversation: Conversation): Promise<string> => {
    let text = "";
    for await (const piece of conversation.say("and then?")) text += piece;
    return text;
  };
  const first = new Conversation(model!, chatOptions);
  await talk(first);
  const file = await first.save();
  const reading = async (by: Mamba2LM, how: "load" | "anew"): Promise<string> => {
    const conversation =
      how === "load"
        ? await Conversation.load(by, file, chatOptions)
        : new Conversation(by, chatOptions, first.messages);
    const text = await talk(conversation);
    conversation.dispose();
    return text;
  };
  expect(await reading(other!, "load")).toBe(await reading(other!, "anew"));
  expect(await reading(model!, "load")).toBe(await talk(first));
  const again = await Conversation.load(model!, file, chatOptions);
  const reply = again.say("and then?");
  let next = await reply.next();
  while (!next.done) next = await reply.next();
  expect(next.value.readTokens, "by the same model only what is new is read").toBeLessThan(60);
});
