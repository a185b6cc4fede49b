// The interface, field by field, without a port: what is honoured, what is refused and how, and what a client that takes nothing is worth.
import { CHAT_FIELDS, COMPLETION_FIELDS } from "../src/serve/fields.ts";
import { afterAll, describe, expect, it } from "vitest";
import { complete } from "@x/mamba2";
import { ChatTemplate } from "@x/mamba2/chat";
import { CompletionService, type ServiceOptions } from "@x/mamba2/serve";
import { alone, clientOf, model, template, until } from "./serve-clients.ts";

const service = new CompletionService(model, { name: "tiny", template });
const client = clientOf(service);
afterAll(() => service.close(0));

type Answer = Record<string, unknown> & { readonly error: Record<string, unknown> };

/** A request as it is written, and what comes back. */
async function ask(
  path: string,
  body: unknown,
  { to = service, type = "application/json" }: { to?: CompletionService; type?: string } = {},
): Promise<{ status: number; json: Answer }> {
  const response = await to.fetch(
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
  return { status: response.status, json: (await response.json()) as Answer };
}

describe("fields that are honoured", () => {
  it.each([
    ["temperature", { temperature: 0 }, { temperature: 0 }],
    ["top_p", { top_p: 0 }, { topK: 1 }],
    ["stop", { stop: ["q", "\u{fffd}"], temperature: 0.9 }, { stop: ["q", "\u{fffd}"], temperature: 0.9 }],
    ["logit_bias", { logit_bias: { "65": 100 } }, { logitBias: { 65: 100 } }],
    ["presence_penalty", { presence_penalty: 1.5, temperature: 0 }, { presencePenalty: 1.5, temperature: 0 }],
    ["frequency_penalty", { frequency_penalty: -2, temperature: 0 }, { frequencyPenalty: -2, temperature: 0 }],
    ["top_k", { top_k: 5 }, { topK: 5 }],
    ["min_p", { min_p: 0.3 }, { minP: 0.3 }],
    ["typical_p", { typical_p: 0.5 }, { typicalP: 0.5 }],
    ["repetition_penalty", { repetition_penalty: 1.7 }, { repetitionPenalty: 1.7 }],
    ["the largest seed", { seed: 2 ** 53 - 1 }, { seed: 2 ** 53 - 1 }],
  ])("%s", async (_, field, options) => {
    const wanted = await alone("to be ", { seed: 4, maxTokens: 12, ...options });
    const { json } = await ask("/v1/completions", { prompt: "to be ", seed: 4, max_tokens: 12, ...field });
    expect(json["choices"]).toMatchObject([{ text: wanted.text }]);
    expect(json["usage"]).toMatchObject({ completion_tokens: wanted.tokens });
  });

  it("max_tokens: 16 for texts where nothing is said, and none for replies", async () => {
    const { usage } = await client.completions.create({ model: "tiny", prompt: "x", seed: 1 });
    expect(usage!.completion_tokens).toBe(16);
    const small = new CompletionService(model, { template, maxTokens: 21, eosTokenId: null });
    const reply = await clientOf(small).chat.completions.create({
      model: "mamba2",
      messages: [{ role: "user", content: "x" }],
    });
    expect(reply.usage!.completion_tokens).toBe(21);
    expect(reply.choices[0]!.finish_reason).toBe("length");
    await small.close();
  });

  it("end tokens and stop texts end with the reason stop, and have no text", async () => {
    const { text } = await alone("to be ", { seed: 4, maxTokens: 12 });
    const end = text.codePointAt([...text].findIndex((letter) => letter.codePointAt(0)! < 128))!;
    const ending = new CompletionService(model, { eosTokenId: end });
    const { choices, usage } = await clientOf(ending).completions.create({
      model: "mamba2",
      prompt: "to be ",
      seed: 4,
      max_tokens: 12,
    });
    const cut = await alone("to be ", { seed: 4, maxTokens: 12, eosTokenId: end });
    expect(choices[0]).toMatchObject({ text: cut.text, finish_reason: "stop" });
    expect(usage!.completion_tokens).toBe(cut.tokens);
    await ending.close();
  });

  it("prompts as tokens, and an empty one where there is a token that begins a text", async () => {
    const asked = { model: "tiny", seed: 4, max_tokens: 5 };
    const texts = await client.completions.create({ ...asked, prompt: "Hi" });
    const tokens = await client.completions.create({ ...asked, prompt: [[72, 105]] });
    expect(tokens.choices[0]!.text).toBe(texts.choices[0]!.text);
    expect((await ask("/v1/completions", { prompt: "" })).json.error["message"]).toContain("at least one token");
  });

  it("logprobs, whole and streamed, are those of the model", async () => {
    const { completions } = await complete(model, ["ab"], { seed: 2, maxTokens: 5, logprobs: 3 });
    const wanted = completions[0]![0]!.logprobs!;
    const asked = { model: "tiny", prompt: "ab", seed: 2, max_tokens: 5, logprobs: 3 };
    const { choices } = await client.completions.create(asked);
    const { token_logprobs, top_logprobs, tokens, text_offset } = choices[0]!.logprobs!;
    expect(token_logprobs).toEqual(wanted.map(({ logProb }) => logProb));
    expect(Object.values(top_logprobs![0]!)[0]).toBe(wanted[0]!.top[0]!.logProb);
    expect(text_offset).toHaveLength(tokens!.length);
    const messages = [{ role: "user", content: "Hi" }] as const;
    const chat = { model: "tiny", seed: 2, max_tokens: 5, logprobs: true, top_logprobs: 2 };
    const reply = await client.chat.completions.create({ ...chat, messages: [...messages] });
    const streamed: unknown[] = [];
    for await (const chunk of await client.chat.completions.create({ ...chat, messages: [...messages], stream: true }))
      streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []));
    expect(streamed).toEqual(reply.choices[0]!.logprobs!.content);
    expect(streamed).toHaveLength(5);
  });

  it("messages: calls of tools as objects, names and kinds as the template wants them", async () => {
    const seen = new CompletionService(model, {
      template: new ChatTemplate(
        "{% for m in messages %}{{ m.tool_calls[0].function.arguments.city if m.tool_calls else m.content }}{{ extra }}{% endfor %}",
      ),
    });
    const body = {
      messages: [
        {
          role: "assistant",
          content: null,
          tool_calls: [{ type: "function", function: { name: "f", arguments: '{"city":"Oslo"}' } }],
        },
        { role: "tool", content: "sun", tool_call_id: "1" },
      ],
      chat_template_kwargs: { extra: "!" },
      max_tokens: 1,
    };
    const { json } = await ask("/v1/chat/completions", body, { to: seen });
    expect(json["usage"]).toMatchObject({ prompt_tokens: "Oslo!sun!".length });
    await seen.close();
  });
});

describe("what is refused", () => {
  it.each([
    ["/v1/completions", COMPLETION_FIELDS, { prompt: "x" }],
    ["/v1/chat/completions", CHAT_FIELDS, { messages: [{ role: "user", content: "x" }] }],
  ] as const)("%s: a value of no kind that a field has", async (path, { honoured }, least) => {
    for (const name of Object.keys(honoured))
      for (const value of [[["x"]], { x: [1] }, -1.5, ...(honoured[name]![0] === "true or false" ? ["true", 1] : [])]) {
        if (honoured[name]![1](-1.5) && value === -1.5) continue;
        if (name === "chat_template_kwargs" && !Array.isArray(value) && typeof value === "object") continue;
        const { status, json } = await ask(path, { ...least, [name]: value });
        expect([name, value, status, json.error?.["param"]]).toEqual([name, value, 400, expect.stringContaining(name)]);
      }
  });

  it.each([
    ["a field that nobody knows", { prompt: "x", frobnicate: 1 }, "frobnicate", "unknown_parameter"],
    ["a field out of range", { prompt: "x", temperature: 3 }, "temperature", "invalid_value"],
    ["a value that asks for more", { prompt: "x", best_of: 2 }, "best_of", "unsupported_value"],
    ["what cannot be together", { prompt: "x", echo: true, logprobs: 1 }, "echo", "invalid_value"],
    [
      "usage without a stream",
      { prompt: "x", stream_options: { include_usage: true } },
      "stream_options",
      "invalid_value",
    ],
    ["no prompt", {}, "prompt", "missing_required_parameter"],
    ["a token that is none", { prompt: [300] }, "prompt", "invalid_value"],
    ["a bias on a token that is none", { prompt: "x", logit_bias: { "256": 1 } }, "logit_bias", "invalid_value"],
    ["half a character to stop at", { prompt: "x", stop: "\ud83d" }, "stop", "invalid_value"],
    ["one among several", { prompt: "x", stop: ["a", "b\ude00"] }, "stop", "invalid_value"],
    ["half a character to go on from", { prompt: ["x", "a\ud800"] }, "prompt", "invalid_value"],
    ["a negative seed, which elsewhere means none", { prompt: "x", seed: -1 }, "seed", "invalid_value"],
    ["a user that is no text", { prompt: "x", user: 5 }, "user", "invalid_value"],
    ["metadata that are no texts", { prompt: "x", metadata: { run: 1 } }, "metadata", "invalid_value"],
    ["too many tokens", { prompt: "x", max_tokens: 5000 }, "max_tokens", "invalid_value"],
    ["another model", { prompt: "x", model: "gpt" }, "model", "model_not_found"],
  ])("%s", async (_, body, param, code) => {
    const { status, json } = await ask("/v1/completions", body);
    expect(status).toBe(code === "model_not_found" ? 404 : 400);
    expect(json.error).toMatchObject({ type: "invalid_request_error", param, code });
    expect(json.error["message"]).toContain(param);
  });

  it.each([
    ["functions", { functions: [] }, "unsupported_parameter"],
    ["response_format", { response_format: { type: "json_object" } }, "unsupported_value"],
    ["tool_choice", { tool_choice: "required" }, "invalid_value"],
    ["tool_choice", { tool_choice: "auto" }, "invalid_value"],
    ["tools", { tools: [{}] }, "invalid_value"],
    ["tools", { tools: [{ type: "function", function: {} }] }, "invalid_value"],
    ["top_logprobs", { top_logprobs: 2 }, "invalid_value"],
    ["max_tokens", { max_tokens: 1, max_completion_tokens: 2 }, "invalid_value"],
    ["messages[0].content[0]", { messages: [{ role: "user", content: [{ type: "image_url" }] }] }, "unsupported_value"],
  ])("%s of a conversation", async (param, fields, code) => {
    const { status, json } = await ask("/v1/chat/completions", {
      messages: [{ role: "user", content: "x" }],
      ...fields,
    });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ param, code });
  });

  it("bodies that are too long, of another type, or no JSON; paths and methods", async () => {
    const little = new CompletionService(model, { maxBodyBytes: 50, maxPromptTokens: 3, apiKey: "secret" });
    const key = clientOf(little, "secret");
    await expect(key.completions.create({ model: "mamba2", prompt: "x".repeat(60) })).rejects.toMatchObject({
      status: 413,
    });
    await expect(key.completions.create({ model: "mamba2", prompt: "long" })).rejects.toMatchObject({
      status: 400,
      code: "context_length_exceeded",
    });
    await expect(clientOf(little, "guess").models.list()).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });
    expect((await ask("/v1/completions", "{", {})).json.error).toMatchObject({ code: "invalid_json" });
    expect((await ask("/v1/completions", "{}", { type: "text/plain" })).status).toBe(415);
    expect((await ask("/v1/embeddings", {})).status).toBe(404);
    expect((await ask("/health", {})).status).toBe(405);
    const bare = new CompletionService(model);
    expect(
      (await ask("/v1/chat/completions", { messages: [{ role: "user", content: "x" }] }, { to: bare })).json.error,
    ).toMatchObject({
      code: "no_chat_template",
    });
    await Promise.all([little.close(), bare.close()]);
  });

  it("options of the service that cannot be", () => {
    expect(() => new CompletionService(model, { slots: 0 })).toThrow(
      "CompletionService: slots must be a whole number of at least 1; got 0.",
    );
    expect(() => new CompletionService(model, { slotz: 1 } as ServiceOptions)).toThrow('"slotz"');
  });
});

describe("clients that take their time", () => {
  const asked = { prompt: "x", max_tokens: 4096, seed: 1, stream: true };
  const streamFrom = async (
    to: CompletionService,
    signal?: AbortSignal,
  ): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(asked), ...(signal && { signal }) };
    return (await to.fetch(new Request("http://localhost/v1/completions", init))).body!.getReader();
  };

  it("a stalled client's row leaves the batch, with little made ahead of it; then it is given up", async () => {
    const patient = new CompletionService(model, { maxUnread: 8, stallSeconds: 0.4 });
    const reader = await streamFrom(patient);
    await reader.read();
    await until("its row has left the batch", () => patient.load.active === 0 && patient.load.waiting === 1);
    // others are served meanwhile, in a batch without it
    const { choices } = await clientOf(patient).completions.create({ model: "mamba2", prompt: "y", max_tokens: 4 });
    expect(choices).toHaveLength(1);
    await until("it has been given up", () => patient.load.requests + patient.load.waiting === 0);
    await expect(reader.read()).rejects.toMatchObject({ status: 408 });
    await patient.close();
  });

  it("one that comes back gets all of it", async () => {
    const patient = new CompletionService(model, { maxUnread: 8, stallSeconds: 5 });
    const reader = await streamFrom(patient);
    await reader.read();
    await until("its row has left the batch", () => patient.load.active === 0 && patient.load.waiting === 1);
    let text = "";
    const decoder = new TextDecoder();
    for (let next = await reader.read(); !next.done && text.length < 60_000; next = await reader.read())
      text += decoder.decode(next.value, { stream: true });
    const said = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, line]) => JSON.parse(line!).choices[0].text).join("");
    await reader.cancel();
    expect((await alone("x", { seed: 1, maxTokens: 250 })).text.slice(1, 100)).toBe(said.slice(0, 99));
    await until("its row has left", () => patient.load.requests + patient.load.active + patient.load.waiting === 0);
    await patient.close();
  });

  it("one that goes frees its row, whether it streams or waits for the whole; more than may be wait elsewhere", async () => {
    const busy = new CompletionService(model, { maxRequests: 2 });
    const gone = new AbortController();
    const whole = clientOf(busy).completions.create(
      { model: "mamba2", prompt: "y", max_tokens: 4096 },
      { signal: gone.signal },
    );
    whole.catch(() => undefined);
    const reader = await streamFrom(busy, gone.signal);
    await reader.read();
    await expect(clientOf(busy).completions.create({ model: "mamba2", prompt: "z" })).rejects.toMatchObject({
      status: 429,
      code: "too_many_requests",
      type: "rate_limit_error",
    });
    gone.abort();
    await expect(whole).rejects.toThrow(/aborted|gone/);
    await until("both rows have left", () => busy.load.requests + busy.load.active + busy.load.waiting === 0);
    await busy.close();
  });
});
