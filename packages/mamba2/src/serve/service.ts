// A model behind OpenAI's interface: requests in, responses out, as every server and worker of the web knows them. Whatever listens on a port stands outside of it.
import { type JsonObject, requireArity, requireNumber } from "@x/tensor/core";
import { endTokensOf, requireGenerating } from "../generation/generate.ts";
import type { GeneratingModel } from "../generation/generating-model.ts";
import { Scheduler } from "../generation/scheduler.ts";
import { nextTurn } from "@x/base";
import { checkRules } from "../inputs/option-rules.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";
import { type Head, streamedAnswer, wholeAnswer } from "./answer.ts";
import type { ServedModel } from "./parsed-request.ts";
import { chatCompletions } from "./chat-completions.ts";
import { choicesOf } from "./choices.ts";
import { clientStream } from "./client-stream.ts";
import { completions } from "./completions.ts";
import type { Endpoint } from "./endpoint.ts";
import { ApiError, asApiError, errorJson } from "./errors.ts";
import { readFields } from "./fields.ts";
import { LIMITS, type Limits, MOST_SECONDS, SERVICE_RULES, type ServiceOptions } from "./options.ts";
import { readBody } from "./request-body.ts";

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/v1/completions": completions,
  "/v1/chat/completions": chatCompletions,
};

/** What a service does now. */
export interface ServiceLoad {
  /** requests that are answered or wait */
  readonly requests: number;
  /** rows of the batch */
  readonly active: number;
  /** choices that wait for a row, or for their client to take what is there */
  readonly waiting: number;
}

/**
 * Serves a model to clients of OpenAI's interface: `/v1/completions`, `/v1/chat/completions`, `/v1/models` and `/health`. All requests share the batch of one {@link Scheduler}. A choice
 * whose client is slow leaves the batch at `maxUnread` tokens that were not taken, and comes back for more; after `stallSeconds` without a byte taken, or when the client is gone, its
 * row is freed. Fields of the interface are honoured or refused by name.
 *
 * @throws ConfigError for an option that is unknown or out of range, or a model that needs a tokenizer and got none
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * const service = new CompletionService(model, { name: "tiny" });
 * const body = JSON.stringify({ model: "tiny", prompt: "once ", max_tokens: 4, seed: 1 });
 * const headers = { "content-type": "application/json" };
 * const response = await service.fetch(new Request("http://localhost/v1/completions", { method: "POST", headers, body }));
 * console.log(response.status, (await response.json()).usage.completion_tokens); // 200 4
 * await service.close();
 */
export class CompletionService {
  readonly #name: string;
  readonly #served: ServedModel;
  readonly #scheduler: Scheduler;
  readonly #apiKey: string | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #requests = new Set<AbortController>();
  readonly #since: number = seconds();
  #closing: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  constructor(model: GeneratingModel, options: ServiceOptions = {}) {
    requireArity("CompletionService", arguments, 2);
    requireGenerating("CompletionService", model);
    checkRules("CompletionService", options, SERVICE_RULES);
    const tokenizer = tokenizerFor(model.config, options.tokenizer);
    const given = Object.entries(options).filter(([name, value]) => Object.hasOwn(LIMITS, name) && value !== undefined);
    const limits: Limits = { ...LIMITS, ...Object.fromEntries(given) };
    this.#name = options.name ?? "mamba2";
    this.#apiKey = options.apiKey;
    this.#onError = options.onError ?? ((error) => console.error(error));
    const ends = endTokensOf(model.config, options.eosTokenId);
    const vocabSize = Math.min(model.config.vocabSize, tokenizer.vocabSize);
    const { template, defaults = {} } = options;
    this.#served = { model, tokenizer, vocabSize, template, defaults, ends, limits };
    const { slots, maxUnread, prefillTokens, prefixBytes, maxRequests, maxChoices } = limits;
    const maxWaiting = maxRequests * maxChoices;
    this.#scheduler = new Scheduler(model, { vocabSize, slots, maxUnread, prefillTokens, prefixBytes, maxWaiting });
  }

  get load(): ServiceLoad {
    const { active, waiting } = this.#scheduler;
    return { requests: this.#requests.size, active, waiting };
  }

  /** Answers a request; never raises. May be passed on as it is: `Deno.serve(service.fetch)`. */
  readonly fetch = async (request: Request): Promise<Response> => {
    const id = `${ENDPOINTS[new URL(request.url).pathname]?.id ?? "req"}-${randomName()}`;
    try {
      return await this.#answer(request, id);
    } catch (error) {
      return this.#refusal(error, id);
    }
  };

  /**
   * Takes no more requests, lets those that run go on for a while, gives up the rest, and frees everything but the model.
   *
   * @param graceSeconds how long requests may go on; default 30; Infinity: as long as they take
   * @throws ConfigError for seconds that are no number of at least 0
   */
  close(graceSeconds = 30): Promise<void> {
    requireArity("CompletionService.close", arguments, 1);
    requireNumber("close", "graceSeconds", graceSeconds, "a number of at least 0", (value) => value >= 0);
    this.#closing ??= this.#close(graceSeconds);
    return this.#closing;
  }

  async #close(graceSeconds: number): Promise<void> {
    const giveUp = setTimeout(
      () => {
        for (const controller of this.#requests) controller.abort(stopping());
      },
      Math.min(graceSeconds, MOST_SECONDS) * 1000,
    );
    if (this.#requests.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    clearTimeout(giveUp);
    this.#scheduler.dispose();
    while (this.load.active + this.load.waiting > 0) await nextTurn(); // the step that runs ends first
  }

  async #answer(request: Request, id: string): Promise<Response> {
    const { pathname } = new URL(request.url);
    const endpoint = ENDPOINTS[pathname];
    const method = endpoint ? "POST" : "GET";
    if (!endpoint && pathname !== "/health" && !/^\/v1\/models(?:\/.|$)/.test(pathname))
      throw new ApiError(404, `There is no ${pathname} here.`, { code: "unknown_url" });
    if (request.method !== method)
      throw new ApiError(405, `${pathname}: must be asked with ${method}; got ${request.method}.`);
    if (pathname === "/health")
      return json({ status: this.#closing ? "stopping" : "ok", ...this.load }, id, this.#closing ? 503 : 200);
    if (this.#apiKey !== undefined && request.headers.get("authorization") !== `Bearer ${this.#apiKey}`)
      throw new ApiError(401, "The API key must be that of this service, as Authorization: Bearer KEY.", {
        code: "invalid_api_key",
      });
    if (!endpoint) return json(this.#models(pathname.slice("/v1/models/".length)), id);
    if (this.#closing) throw stopping();
    const { maxRequests } = this.#served.limits;
    if (this.#requests.size >= maxRequests)
      throw new ApiError(429, `At most ${maxRequests} requests are answered at one time; come back later.`, {
        code: "too_many_requests",
      });
    return this.#generate(endpoint, request, id);
  }

  async #generate(endpoint: Endpoint, request: Request, id: string): Promise<Response> {
    const controller = new AbortController();
    this.#requests.add(controller);
    const gone = (): void => controller.abort(request.signal.reason);
    const end = (reason?: unknown): void => {
      request.signal.removeEventListener("abort", gone);
      if (reason !== undefined) controller.abort(reason);
      this.#requests.delete(controller);
      if (this.#requests.size === 0) this.#idle?.();
    };
    try {
      request.signal.addEventListener("abort", gone);
      if (request.signal.aborted) gone();
      const stallMs = this.#served.limits.stallSeconds * 1000;
      const limits = { maxBytes: this.#served.limits.maxBodyBytes, stallMs, signal: controller.signal };
      const fields = readFields(await readBody(request, limits), endpoint.fields);
      this.#requireModel((fields["model"] as string | undefined) ?? this.#name);
      const parsed = endpoint.read(fields, this.#served);
      const deltas = choicesOf(parsed, this.#served, this.#scheduler, controller.signal);
      const head: Head = { id, created: seconds(), model: this.#name };
      if (!parsed.stream) {
        const answer = await wholeAnswer(endpoint, head, parsed, deltas);
        end();
        return json(answer, id);
      }
      const events = streamedAnswer(endpoint, head, parsed, deltas, (error) => {
        if (!controller.signal.aborted) this.#report(error);
      });
      const body = clientStream(events, { stallMs, signal: controller.signal, onEnd: end });
      const headers = {
        ...headersOf(id),
        "content-type": "text/event-stream; charset=utf-8",
        "x-accel-buffering": "no",
      };
      return new Response(body, { headers });
    } catch (error) {
      end(error);
      throw request.signal.aborted ? new ApiError(499, "The client has gone.") : error;
    }
  }

  #models(name: string): JsonObject {
    const model = { id: this.#name, object: "model", created: this.#since, owned_by: "local" };
    if (name === "") return { object: "list", data: [model] };
    if (name !== encodeURIComponent(this.#name)) this.#requireModel(name);
    return model;
  }

  #requireModel(name: string): void {
    if (name === this.#name) return;
    throw new ApiError(404, `model: must be "${this.#name}", the one that is served; got ${JSON.stringify(name)}.`, {
      code: "model_not_found",
      param: "model",
    });
  }

  #refusal(error: unknown, id: string): Response {
    this.#report(error);
    const known = asApiError(error);
    const more = known.status === 429 || known.status === 503 ? { "retry-after": "1" } : {};
    return json(errorJson(known), id, known.status, more);
  }

  /** Reports an error that is no client's mistake to the operator. */
  #report(error: unknown): void {
    if (!(error instanceof ApiError) && asApiError(error).status >= 500) this.#onError(error);
  }
}

const stopping = (): ApiError => new ApiError(503, "The service is being stopped.", { code: "shutting_down" });
const seconds = (): number => Math.floor(Date.now() / 1000);
const randomName = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const headersOf = (id: string): Record<string, string> => ({ "x-request-id": id, "cache-control": "no-store" });

function json(body: JsonObject, id: string, status = 200, more: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...headersOf(id), ...more } });
}
