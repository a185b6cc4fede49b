// What the tests of serving share: a small model, what it says alone, and OpenAI's own client library.
import OpenAI from "openai";
import { generateTokens, Mamba2LM } from "@x/mamba2";
import { ChatTemplate } from "@x/mamba2/chat";
import type { CompletionService } from "@x/mamba2/serve";
import { createCpuDevice } from "@x/tensor";

export const device = createCpuDevice();
export const model = new Mamba2LM(
  { dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8 },
  { seed: 1, device },
);
export const template = new ChatTemplate(
  "{% for t in tools or [] %}[{{ t.function.name }}]{% endfor %}{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:",
);

type Settings = NonNullable<Parameters<typeof generateTokens>[2]>;

/** What generation gives without a service, and its tokens. */
export async function alone(prompt: string, settings: Settings): Promise<{ text: string; tokens: number }> {
  let [text, tokens] = ["", 0];
  for await (const piece of generateTokens(model, prompt, settings)) {
    text += piece.text;
    if (piece.id !== undefined) tokens++;
  }
  return { text, tokens };
}

/** The client library, on a port or on a service without one. */
export function clientOf(at: string | CompletionService, apiKey = "none"): OpenAI {
  const options = { apiKey, maxRetries: 0 };
  if (typeof at === "string") return new OpenAI({ ...options, baseURL: `${at}/v1` });
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    at.fetch(new Request(url, init));
  return new OpenAI({ ...options, baseURL: "http://localhost/v1", fetch });
}

/** Waits until something holds; fails where it does not within two seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 2000; !holds(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) throw new Error(`${what} must come to hold within 2 s; it does not.`);
}
