// mamba2 serve as a process: a folder, a port, OpenAI's client library, and signals.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cliIn } from "./cli-run.ts";

let folder: string;
const { json, failure, start } = cliIn(() => folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-cli-serve-"));
  const config = { dModel: 16, nLayer: 2, dState: 8, headDim: 8, vocabSize: 256 };
  await writeFile(join(folder, "small.json"), JSON.stringify(config));
  await json("init", "--config", "small.json", "--out", "model", "--seed", "3");
  await writeFile(join(folder, "model/chat_template.jinja"), "{% for m in messages %}{{ m.content }}{% endfor %}");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("serves a folder until it is told to stop, and answers what it has begun", async () => {
  const args = ["serve", "model", "--port", "0", "--device", "cpu", "--max-tokens", "500", "--api-key", "k", "--json"];
  const { process: child, result } = start(args);
  const url = await new Promise<string>((resolve, reject) => {
    let seen = "";
    child.stderr!.on("data", (text: string) => {
      seen += text;
      const found = /serving at (\S+)/.exec(seen);
      if (found) resolve(found[1]!);
    });
    child.on("close", () => reject(new Error(seen)));
  });
  const client = new OpenAI({ baseURL: url, apiKey: "k" });
  const messages = [{ role: "user", content: "Hi" }] as const;
  const stream = await client.chat.completions.create({
    model: "model",
    messages: [...messages],
    max_tokens: 400,
    seed: 1,
    stream: true,
    stream_options: { include_usage: true },
  });
  let tokens = 0;
  for await (const { usage } of stream) {
    if (!child.killed) child.kill("SIGTERM");
    tokens = usage?.completion_tokens ?? tokens;
  }
  expect(tokens).toBe(400);
  const { code, stdout, stderr } = await result;
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ requests: 1 });
  expect(stderr).toContain("stopping: no new requests");
});

it("says what cannot be", async () => {
  expect(await failure("serve", "model", "--port", "70000", "--device", "cpu")).toMatchObject({
    kind: "ConfigError",
    message: "listen: port must be a whole number from 0 to 65535; got 70000.",
  });
  expect(await failure("serve", "model", "--slots", "0", "--device", "cpu")).toMatchObject({ code: 2 });
  expect(await failure("serve", "nowhere", "--device", "cpu")).toMatchObject({ code: 1, kind: "CheckpointError" });
});
