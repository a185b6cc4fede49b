// Training on documents: a packed row gives the loss and gradients of its documents alone, in hybrids too; examples count what they should; the command fine-tunes a model on them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Mamba2LM, preset, train } from "@x/mamba2";
import { ChatTemplate, encodeExample, jsonLines } from "@x/mamba2/chat";
import { saveFolder } from "@x/mamba2/node";
import { byteTokenizer, documentBatches, type Documents, packDocuments } from "@x/nn";
import { gradientsOf, type Tensor, tensor } from "@x/tensor";
import { lockRun } from "../src/cli/run-lock.ts";
import { startOf } from "../src/node/processes.ts";
import { cliIn } from "./cli-run.ts";

const hybrid = {
  ...preset("tiny"),
  dModel: 16,
  headDim: 8,
  dState: 8,
  chunkSize: 8,
  nLayer: 3,
  layers: [["mixer"], ["attention"], ["mixer", "mlp"]],
  attention: { heads: 4, keyValueHeads: 2, headDim: 4, rotary: { size: 4 }, dConv: 3 },
  dIntermediate: 128,
} as const;
const texts = ["to be", "or not to be, that is", "the", "question"];
const documentsOf = (list: readonly string[]): Documents => {
  const ids = list.map((text) => byteTokenizer.encode(text));
  return { lengths: ids.map(({ length }) => length), read: (i) => ({ ids: ids[i]! }) };
};

describe("a packed row", () => {
  it("has the loss and the gradients of its documents alone", async () => {
    const model = new Mamba2LM(hybrid, { seed: 2 });
    const numbers = async (pack: boolean): Promise<number[]> => {
      const [row, ...more] = [
        ...documentBatches({ documents: documentsOf(texts), batch: pack ? 3 : 4, length: 24, pack }),
      ] as const;
      expect(more).toEqual([]);
      const { x, y, seqIdx, shape } = row!;
      const [ids, targets, numbersOf] = [x, y, seqIdx!].map((flat) => tensor(flat, { shape })) as Tensor[];
      const loss = (): Tensor => model.loss(ids!, targets!, { seqIdx: numbersOf! });
      const { value, grads } = gradientsOf(
        loss,
        model.parameters().map((parameter) => parameter.value),
      );
      const parts = await Promise.all([value, ...grads].map((one) => one!.data()));
      return parts.flatMap((part) => Array.from(part, Number));
    };
    const [packed, alone] = [await numbers(true), await numbers(false)];
    const largest = alone.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    expect(largest).toBeGreaterThan(0.1);
    const error = packed.reduce((most, one, i) => Math.max(most, Math.abs(one - alone[i]!)), 0);
    expect(error).toBeLessThan(1e-5 * largest);
    model.dispose();
  });

  it("trains and resumes bit for bit", async () => {
    const batches = packDocuments({ documents: documentsOf(texts), batch: 2, length: 24, seed: 1 });
    const validation = [...documentBatches({ documents: documentsOf(["not to be"]), batch: 2, length: 24 })];
    const options = { batches, validation, steps: 6, validateEvery: 3 };
    const straight = new Mamba2LM(hybrid, { seed: 2 });
    const losses: number[] = [];
    for await (const { loss } of train(straight, options)) losses.push(loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const halves = new Mamba2LM(hybrid, { seed: 2 });
    const first = train(halves, options);
    for await (const { step } of first) if (step === 3) break;
    const second = train(halves, options);
    second.restore(await first.serialize());
    for await (const { step, loss } of second) expect(loss).toBe(losses[step - 1]);
    for (const [i, parameter] of straight.parameters().entries())
      expect(await halves.parameters()[i]!.value.data()).toEqual(await parameter.value.data());
    for (const one of [first, second, straight, halves]) one.dispose();
  });
});

describe("encodeExample", () => {
  const template = new ChatTemplate(
    "{% for m in messages %}<{{ m.role[0] }}>{{ m.content }}|{% endfor %}{% if add_generation_prompt %}<a>{% endif %}",
  );
  const counted = (example: object, given: ChatTemplate | undefined = template): string => {
    const { ids, counts } = encodeExample(example as never, { tokenizer: byteTokenizer, template: given });
    return byteTokenizer.decode(ids.map((id, i) => (counts![i] ? id : 46)));
  };
  const talk = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Yes" },
    { role: "user", content: "So" },
    { role: "assistant", content: "No" },
  ];

  it("counts a text, a completion, the assistant's turns", () => {
    expect(counted({ text: "abc" })).toBe("abc");
    expect(counted({ prompt: "2 + 2 = ", completion: "4" })).toBe("........4");
    expect(counted({ messages: talk })).toBe(".........Yes|.........No|"); // "<u>Hi|<a>" is 9 characters
  });

  it("ends texts and completions with the token that ends a text", () => {
    const tokenizer = { ...byteTokenizer, eosTokenId: 0 };
    const { ids, counts } = encodeExample({ prompt: "a", completion: "b" }, { tokenizer });
    expect([[...ids], Array.from(counts!)]).toEqual([
      [97, 98, 0],
      [0, 1, 1],
    ]);
  });

  it("counts the turns whose weight is not 0, and hands documents and variables to the template", () => {
    const weighted = talk.map((message, i) => (i === 1 ? { ...message, weight: 0 } : message));
    expect(counted({ messages: weighted })).toBe("......................No|");
    const reading = new ChatTemplate(
      "{{ documents[0].text }}{{ mood }}{% for m in messages %}<{{ m.role[0] }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}",
    );
    const example = { messages: talk.slice(0, 2), documents: [{ text: "D" }], chat_template_kwargs: { mood: "M" } };
    const { ids } = encodeExample(example, { tokenizer: byteTokenizer, template: reading });
    expect(byteTokenizer.decode(ids)).toBe("DM<u>Hi<a>Yes");
  });

  it.each([
    [{ messages: talk.map((message) => ({ ...message, weight: 0 })) }, "to learn from, of a weight of 1; got none."],
    [{ messages: [talk[0], { ...talk[1], weight: 0.5 }] }, "messages[1].weight must be 0 or 1; got 0.5."],
    [{ messages: [{ ...talk[0], weight: 1 }, talk[1]] }, 'messages[0].weight must be 0 or absent for the role "user"'],
    [
      { messages: talk, functions: [{ name: "f" }] },
      "example: functions must not be given: tools is what templates read",
    ],
    [{ text: "a", weight: 0 }, "example: weight must not be given: every example counts alike"],
    [{ prompt: "a", completion: "b", completion_mask: [0, 1] }, "example: completion_mask must not be given"],
    [{ messages: talk, documents: "D" }, "example: documents must be a list; got "],
    [
      { messages: talk, chat_template_kwargs: [] },
      "example: chat_template_kwargs must be an object; got an array of 0.",
    ],
  ])("refuses what other trainers read and nothing here does: %#", (example, sentence) => {
    expect(() => counted(example)).toThrow(sentence);
  });

  it("refuses what it cannot tell apart", () => {
    const last = new ChatTemplate("{% for m in messages %}{{ '*' if loop.last }}{{ m.content }}{% endfor %}");
    expect(() => counted({ messages: talk }, last)).toThrow("as the beginning of the conversation");
    expect(() => counted({ messages: talk.slice(0, 1) })).toThrow('must have a turn of role "assistant"');
    expect(() => encodeExample({ messages: talk }, { tokenizer: byteTokenizer })).toThrow("with a chat template");
    expect(() => counted({ text: "a", prompt: "b" })).toThrow("one of text, prompt and completion, or messages");
    expect(() => counted({ prompt: "b" })).toThrow("example: completion must be a text; got undefined.");
  });
});

describe("jsonLines", () => {
  const read = (text: string): Documents => {
    const bytes = new TextEncoder().encode(text);
    const source = { size: bytes.length, read: (begin: number, end: number) => bytes.subarray(begin, end) };
    return jsonLines(source, (example) => encodeExample(example, { tokenizer: byteTokenizer }));
  };

  it("finds the lines, of any length and with blank ones between them", () => {
    const long = "x".repeat(2 ** 20 + 9);
    const documents = read(`{"text":"é"}\r\n\n{"text":"${long}"}\n{"text":"end"}`);
    expect(documents.lengths).toEqual([2, long.length, 3]);
    expect(byteTokenizer.decode(documents.read(2).ids)).toBe("end");
  });

  it("refuses a key that is there twice: one of its values would be lost", () => {
    expect(() => read('{"text":"a"}\n{"text":"b","text":"c"}')).toThrow(
      'jsonLines: line 2 must be an example in JSON; duplicate key "text"',
    );
  });

  it("names the line that is no example", () => {
    expect(read('\ufeff{"text":"a"}\n{"text":"b"}').lengths).toHaveLength(2);
    for (const later of ['\ufeff{"text":"b"}', "\ufeff", "\u00a0"])
      expect(() => read(`{"text":"a"}\n${later}\n`)).toThrow("jsonLines: line 2 must be an example in JSON;");
    expect(() => read('{"text":"a"}\n\n{"text":')).toThrow("jsonLines: line 3 must be an example in JSON;");
    expect(() => read('{"text":"a"}\n{"txt":"b"}')).toThrow(
      "jsonLines: line 2 must be an example in JSON; example: must be",
    );
    expect(() => read("\n")).toThrow("there must be at least one line with an example");
  });
});

describe("lockRun", () => {
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const notes: string[] = [];
  const io = { json: false, print: () => undefined, note: (text: string) => void notes.push(text) };
  const lock = join(folder, "training.lock");

  it("is held against a process that runs, and taken over from one that has ended", () => {
    const holder = (pid: number, host = hostname()): void => writeFileSync(lock, JSON.stringify({ pid, host }));
    {
      using _held = lockRun(folder, io);
      expect(readdirSync(folder)).toEqual(["training.lock"]);
    }
    expect(existsSync(lock)).toBe(false);
    holder(process.ppid);
    expect(() => lockRun(folder, io)).toThrow(`process ${process.ppid} on ${hostname()} writes to it`);
    holder(1, "elsewhere");
    expect(() => lockRun(folder, io)).toThrow("process 1 on elsewhere writes to it");
    expect(notes).toEqual([]);
    holder(2 ** 22 + 1); // above what the system gives out
    lockRun(folder, io)[Symbol.dispose]();
    expect(notes[0]).toContain("which has ended; taking it over");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells a process from a later one of its number, and removes what a killed one left of its lock", () => {
    const holder = (started: string): void =>
      writeFileSync(lock, JSON.stringify({ pid: process.ppid, host: hostname(), started }));
    const now = startOf(process.ppid);
    if (process.platform === "linux") expect(now).toMatch(/^[0-9a-f-]{36} \d+$/);
    if (now !== undefined) {
      holder(now);
      expect(() => lockRun(folder, io)).toThrow("writes to it");
      holder(`${now}0`); // another start
      writeFileSync(join(folder, `training.lock.${2 ** 22 + 1}.partial`), "");
      using _held = lockRun(folder, io);
      expect(readdirSync(folder)).toEqual(["training.lock"]);
    }
    expect(startOf(2 ** 22 + 1)).toBeUndefined();
  });
});

describe("mamba2 train --model --jsonl", () => {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  const cli = cliIn(() => folder);
  afterAll(() => rmSync(folder, { recursive: true }));

  it("fine-tunes a saved hybrid, for so many epochs, and goes on with it", async () => {
    const model = new Mamba2LM(hybrid, { seed: 2 });
    await saveFolder(model, join(folder, "base"));
    model.dispose();
    const lines = Array.from({ length: 20 }, (_, i) => JSON.stringify({ prompt: `${i} is `, completion: "a number" }));
    writeFileSync(join(folder, "a.jsonl"), lines.join("\n"));
    const data = ["--jsonl", "a.jsonl", "--device", "cpu"];
    const sizes = ["--batch", "2", "--length", "32"];
    const tuned = await cli.json("train", "--model", "base", ...data, ...sizes, "--epochs", "2", "--out", "tuned");
    expect(tuned["steps"]).toBe(10); // two epochs of 19 examples, two a row, four a step
    expect(tuned["validationLoss"]).toBeLessThan(5);
    expect(existsSync(join(folder, "tuned", "training.safetensors"))).toBe(true);
    expect(readFileSync(join(folder, "tuned", "config.json"), "utf8")).toContain("attention");
    const more = await cli.json("train", "--resume", "tuned", ...data, "--steps", "12", "--metrics", "m.jsonl");
    expect(more["steps"]).toBe(12);
    const steps = readFileSync(join(folder, "m.jsonl"), "utf8").trimEnd().split("\n");
    expect(steps.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual([11, 12]);
    expect(await cli.failure("train", "--model", "base", "--text", "a.jsonl", "--pack", "no")).toMatchObject({
      code: 2,
      message: "train: --pack must be given with --jsonl; there are no examples.",
    });
  });
});
