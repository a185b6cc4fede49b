// What clients and devices do wrong, and whom it concerns: bodies that do not come or are no text, one prompt of many that cannot be read, and rows that cannot be joined.
import { expect, describe, it, test } from "vitest";
import { type GeneratingModel, Scheduler, type State } from "@x/mamba2";
import { ChatTemplate } from "@x/mamba2/chat";
import { CompletionService } from "@x/mamba2/serve";
import { listen } from "@x/mamba2/node";
import { model, template } from "./serve-clients.ts";

const headers = { "content-type": "application/json" };
const post = (body: BodyInit, path = "completions"): Request =>
  new Request(`http://localhost/v1/${path}`, { method: "POST", headers, body, duplex: "half" } as RequestInit);

async function answerOf(service: CompletionService, body: BodyInit, path?: string): Promise<[number, string]> {
  const response = await service.fetch(post(body, path));
  const { error } = (await response.json()) as { error?: { message: string } };
  return [response.status, error?.message ?? ""];
}

/** A body of which only the beginning comes. */
const half = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"prompt":')) });

describe("bodies", () => {
  it("that do not come end with the service", async () => {
    const service = new CompletionService(model);
    const answer = answerOf(service, half());
    await new Promise((resolve) => setTimeout(resolve, 20));
    await service.close(0.05);
    expect(await answer).toEqual([503, "The service is being stopped."]);
  });

  it("that do not come are given up", async () => {
    const service = new CompletionService(model, { stallSeconds: 0.05 });
    expect(await answerOf(service, half())).toEqual([408, "The body must come; nothing came of it for 0.05 s."]);
    await service.close(0);
  });

  it("must be whole characters", async () => {
    const service = new CompletionService(model, { template });
    const bytes = new TextEncoder().encode('{"prompt":"a?","max_tokens":1}');
    bytes[bytes.indexOf(63)] = 0xff;
    expect(await answerOf(service, bytes)).toEqual([400, "The body must be text in UTF-8; it has other bytes."]);
    const lone = JSON.stringify({ prompt: "a\ud800", max_tokens: 1 });
    const [status, message] = await answerOf(service, lone);
    expect([status, message]).toEqual([400, expect.stringContaining("half of a surrogate pair")]);
    const call = JSON.stringify({ messages: [{ role: "assistant", content: "", tool_calls: { id: "1" } }] });
    expect(await answerOf(service, call, "chat/completions")).toEqual([
      400,
      "messages[0].tool_calls: must be a list of calls; got an object.",
    ]);
    await service.close(0);
  });

  it("with a message that the template leaves out are refused", async () => {
    const users = new ChatTemplate(
      "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}:",
    );
    const service = new CompletionService(model, { template: users, maxTokens: 1 });
    const messages = [
      { role: "developer", content: "Be brief." },
      { role: "user", content: "Hi" },
    ];
    expect(await answerOf(service, JSON.stringify({ messages }), "chat/completions")).toEqual([
      400,
      'chat: messages[0] must be written by the chat template; it leaves out what the role "developer" says.',
    ]);
    expect((await answerOf(service, JSON.stringify({ messages: messages.slice(1) }), "chat/completions"))[0]).toBe(200);
    await service.close(0);
  });
});

test("every one of the likeliest tokens is told, those of the same text too", async () => {
  const service = new CompletionService(model);
  const response = await service.fetch(
    post(JSON.stringify({ prompt: "ab", max_tokens: 8, temperature: 0, logprobs: 5 })),
  );
  const { choices } = (await response.json()) as {
    choices: { logprobs: { top_logprobs: Record<string, number>[] } }[];
  };
  for (const top of choices[0]!.logprobs.top_logprobs) expect(Object.keys(top)).toHaveLength(5);
  await service.close(0);
});

test("times are refused that timers cannot wait for", () => {
  expect(() => new CompletionService(model, { stallSeconds: 1e9 })).toThrow("stallSeconds must be above 0 and at most");
  const service = new CompletionService(model);
  expect(() => service.close(NaN)).toThrow("close: graceSeconds must be a number of at least 0; got NaN.");
  return service.close(Infinity);
});

test("every cookie of a response is sent", async () => {
  const response = (): Response => {
    const made = new Response("hello");
    for (const cookie of ["a=1", "b=2"]) made.headers.append("set-cookie", cookie);
    return made;
  };
  const listening = await listen(response, { port: 0 });
  const { headers: got } = await fetch(listening.url);
  await listening.close();
  expect(got.getSetCookie()).toEqual(["a=1", "b=2"]);
});

describe("a request that cannot be served", () => {
  /** The model, but that some prompts fail: in being read, or when their rows are put beside others'. */
  const failing = (reading: number, joining: number): GeneratingModel => ({
    config: model.config,
    device: model.device,
    stepLayers: (...args) => model.stepLayers(...args),
    prefill(ids, options) {
      const first = (ids as number[][])[0]![0];
      if (first === reading) throw new RangeError("no memory to read");
      const made = model.prefill(ids as number[][], options as object);
      if (first === joining) failLater(made.state);
      return made;
    },
  });
  const failLater = (state: State): void => {
    const { layers } = state;
    let looks = 0;
    Object.defineProperty(state, "layers", {
      get() {
        if (looks++ > 0) throw new RangeError("no memory to join");
        return layers;
      },
    });
  };
  const run = async (scheduler: Scheduler, prompt: number[]): Promise<number | string> => {
    let count = 0;
    try {
      for await (const _ of scheduler.add(prompt, { maxTokens: 12 })) count++;
      return count;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("fails alone where its prompt cannot be read", async () => {
    const scheduler = new Scheduler(failing(99, -1), { slots: 4 });
    expect(await Promise.all([[1, 2], [99, 1], [3]].map((prompt) => run(scheduler, prompt)))).toEqual([
      12,
      "no memory to read",
      12,
    ]);
    scheduler.dispose();
  });

  it("leaves nobody waiting where rows cannot be joined", async () => {
    const scheduler = new Scheduler(failing(-1, 98), { slots: 4 });
    const failed = "no memory to join";
    expect(await Promise.all([[1, 2], [98, 1], [3]].map((prompt) => run(scheduler, prompt)))).toEqual([
      failed,
      failed,
      failed,
    ]);
    expect(await run(scheduler, [4])).toBe(12);
    scheduler.dispose();
  });
});
