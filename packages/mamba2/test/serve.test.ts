// mamba2 serve and OpenAI's client library over sockets: many at once, slow ones, ones that go, and a service that stops.
import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CompletionService } from "@x/mamba2/serve";
import { listen, type ListeningServer } from "@x/mamba2/node";
import { alone, clientOf, device, model, template, until } from "./serve-clients.ts";

describe("a service on a port", () => {
  const service = new CompletionService(model, { name: "tiny", template, slots: 64 });
  let listening: ListeningServer;
  beforeAll(async () => {
    listening = await listen(service.fetch, { port: 0 });
  });
  afterAll(async () => {
    await Promise.all([listening.close(), service.close(0)]);
  });

  it("streams to 64 clients at once, one of them slow and one cancelling, what each would get alone", async () => {
    const client = clientOf(listening.url);
    const settings = (i: number): { temperature: number; top_p: number; seed: number; max_tokens: number } => ({
      temperature: i % 3 === 0 ? 0 : 0.9,
      top_p: i % 2 === 0 ? 1 : 0.9,
      seed: i,
      max_tokens: 40 + (i % 3),
    });
    const [slow, cancelling] = [5, 11];
    let most = 0;
    const ended: number[] = [];
    let release = (): void => undefined;
    const othersEnded = new Promise<void>((resolve) => (release = resolve));
    const ask = async (i: number): Promise<string> => {
      const max_tokens = i === cancelling ? 4000 : settings(i).max_tokens;
      const stream = await client.completions.create({
        model: "tiny",
        prompt: `client ${i}: `,
        ...settings(i),
        max_tokens,
        stream: true,
        stream_options: { include_usage: true },
      });
      let [text, finish, chunks] = ["", "", 0];
      for await (const { choices, usage } of stream) {
        text += choices[0]?.text ?? "";
        finish = choices[0]?.finish_reason ?? finish;
        most = Math.max(most, service.load.active);
        if (i === slow) await othersEnded; // nobody waits for it
        if (i === cancelling && ++chunks === 3) break;
        if (usage) expect(usage.completion_tokens).toBe(max_tokens);
      }
      if (i !== cancelling) expect(finish).toBe("length");
      if (ended.push(i) === 63) release();
      return text;
    };
    const got = await Promise.all(Array.from({ length: 64 }, (_, i) => ask(i)));
    for (const [i, text] of got.entries()) {
      if (i % 8 !== 0 && i !== slow && i !== cancelling) continue; // one alone takes as long as several together
      const { temperature, top_p, seed, max_tokens } = settings(i);
      const wanted = await alone(`client ${i}: `, { temperature, topP: top_p, seed, maxTokens: max_tokens });
      if (i === cancelling) expect(wanted.text.startsWith(text) && text !== "").toBe(true);
      else expect(text, `client ${i}`).toBe(wanted.text);
    }
    expect(ended.at(-1)).toBe(slow);
    expect(most).toBeGreaterThan(20); // rows of one batch
    await until("every row has left", () => service.load.requests + service.load.active + service.load.waiting === 0);
  });

  it("keeps no memory of requests that were answered, cancelled or refused", async () => {
    const client = clientOf(listening.url);
    const rounds: number[] = [];
    for (let round = 0; round < 4; round++) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, i) => {
          const stream = await client.completions.create({
            model: "tiny",
            prompt: "same",
            max_tokens: 30,
            stream: true,
          });
          for await (const _chunk of stream) if (i % 2 === 0) break;
        }),
      );
      await expect(client.completions.create({ model: "tiny", prompt: "x", n: 17 })).rejects.toThrow(
        "at most 16 choices",
      );
      await until("every row has left", () => service.load.requests + service.load.active + service.load.waiting === 0);
      rounds.push(device.memory.usedBytes);
    }
    expect(Math.max(...rounds.slice(1))).toBeLessThanOrEqual(rounds[0]! * 1.05);
  });

  it("answers whole requests of several prompts and choices, and lists its model", async () => {
    const client = clientOf(listening.url);
    const { choices, usage, object } = await client.completions.create({
      model: "tiny",
      prompt: ["one ", "two "],
      n: 2,
      seed: 3,
      max_tokens: 6,
      echo: true,
    });
    expect(object).toBe("text_completion");
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(choices[0]!.text).toBe(`one ${(await alone("one ", { seed: 3, maxTokens: 6 })).text}`);
    expect(choices[2]!.text).toBe(`two ${(await alone("two ", { seed: 3, maxTokens: 6 })).text}`);
    expect(choices[1]!.text).not.toBe(choices[0]!.text);
    expect(usage).toEqual({ prompt_tokens: 8, completion_tokens: 24, total_tokens: 32 });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["tiny"]);
    expect((await client.models.retrieve("tiny")).owned_by).toBe("local");
    await expect(client.models.retrieve("other")).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  });

  it("talks under the model's template, with tools", async () => {
    const client = clientOf(listening.url);
    const tools = [{ type: "function", function: { name: "clock" } }] as const;
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "H" },
          { type: "text", text: "i" },
        ],
      },
    ];
    const asked = { model: "tiny", seed: 2, max_completion_tokens: 9 };
    const reply = await client.chat.completions.create({ ...asked, messages, tools: [...tools] });
    const said = "system: Be brief.\nuser: Hi\nassistant:";
    const wanted = await alone(`[clock]${said}`, { seed: 2, maxTokens: 9 });
    expect(reply.choices[0]!.message).toEqual({ role: "assistant", content: wanted.text, refusal: null });
    const stream = await client.chat.completions.create({
      ...asked,
      messages,
      tools: [...tools],
      tool_choice: "none",
      stream: true,
    });
    let text = "";
    const roles: unknown[] = [];
    for await (const { choices } of stream) {
      text += choices[0]!.delta.content ?? "";
      if (choices[0]!.delta.role) roles.push(choices[0]!.delta.role);
    }
    expect(roles).toEqual(["assistant"]);
    expect(text).toBe((await alone(said, { seed: 2, maxTokens: 9 })).text);
  });
});

describe("listen", () => {
  it.each([
    ["raises", () => Promise.reject(new Error("a mistake")), "a mistake"],
    ["gives no response", () => 1 as unknown as Response, "handle must give a Response; got 1"],
  ])("answers 500 where the function %s, and says why on the console", async (_, handle, why) => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const listening = await listen(handle, { port: 0 });
    const answer = await fetch(listening.url);
    expect([answer.status, await answer.text()]).toEqual([500, "The server has failed to answer; its log says why."]);
    expect(String(said.mock.calls[0]![0])).toContain(why);
    said.mockRestore();
    await listening.close();
  });
});

describe("a service that stops", () => {
  const begin = async (
    max_tokens: number,
  ): Promise<{ service: CompletionService; listening: ListeningServer; rest: Promise<number> }> => {
    const service = new CompletionService(model, { name: "tiny", template });
    const listening = await listen(service.fetch, { port: 0 });
    const asked = { model: "tiny", prompt: "a", seed: 1, max_tokens, stream: true } as const;
    const chunks = (await clientOf(listening.url).completions.create(asked))[Symbol.asyncIterator]();
    await chunks.next();
    const rest = (async () => {
      let count = 1;
      while (!(await chunks.next()).done) count++;
      return count;
    })();
    rest.catch(() => undefined); // looked at below
    return { service, listening, rest };
  };

  it("refuses new requests, and ends when those that run have been answered", async () => {
    const { service, listening, rest } = await begin(100);
    const closed = service.close(20);
    await expect(clientOf(listening.url).completions.create({ model: "tiny", prompt: "b" })).rejects.toMatchObject({
      status: 503,
      code: "shutting_down",
    });
    expect((await fetch(`${listening.url}/health`)).status).toBe(503);
    expect(await rest).toBeGreaterThan(50);
    await Promise.all([closed, listening.close()]);
    expect(service.load).toEqual({ requests: 0, active: 0, waiting: 0 });
  });

  it("gives up what has not ended after its grace", async () => {
    const { service, listening, rest } = await begin(4096);
    await Promise.all([service.close(0.05), listening.close()]);
    await expect(rest).rejects.toThrow("The service is being stopped.");
    expect(service.load).toEqual({ requests: 0, active: 0, waiting: 0 });
  });
});
