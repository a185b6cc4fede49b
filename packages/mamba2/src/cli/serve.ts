// mamba2 serve: a model behind OpenAI's interface, on a port of this machine.
import { basename } from "node:path";
import { listen } from "../node/listen.ts";
import { CompletionService } from "../serve/index.ts";
import { LIMITS, type ServiceOptions } from "../serve/options.ts";
import { ADAPTER_OPTION } from "./adapter.ts";
import type { Command, Option, Options } from "./command.ts";
import { onInterrupt } from "./interrupt.ts";
import { MODEL_OPTION, openTextModel, TEXT_MODEL_OPTIONS, withDevice } from "./model.ts";
import { isRepository } from "./model-location.ts";
import { endOption, endTokens, withDefaults } from "./sampling-options.ts";
import { findTemplate, TEMPLATE_OPTION } from "./template.ts";

const LIMIT_OPTIONS: readonly (Option & { readonly limit: keyof typeof LIMITS })[] = [
  { name: "slots", value: "N", limit: "slots", help: `rows of the batch at most; default ${LIMITS.slots}` },
  {
    name: "max-requests",
    value: "N",
    limit: "maxRequests",
    help: `requests at one time; one more gets 429; default ${LIMITS.maxRequests}`,
  },
  {
    name: "max-tokens",
    value: "N",
    limit: "maxTokens",
    help: `tokens that a request may ask for; default ${LIMITS.maxTokens}`,
  },
  {
    name: "max-prompt",
    value: "N",
    limit: "maxPromptTokens",
    help: `tokens of a prompt at most; default ${LIMITS.maxPromptTokens}`,
  },
  {
    name: "max-body",
    value: "BYTES",
    limit: "maxBodyBytes",
    help: `bytes of a request at most; default ${LIMITS.maxBodyBytes}`,
  },
  {
    name: "stall",
    value: "SECONDS",
    limit: "stallSeconds",
    help: `a client that takes nothing for so long is given up; default ${LIMITS.stallSeconds}`,
  },
];

export const serveCommand: Command = {
  name: "serve",
  summary: "serve a model to clients of OpenAI's interface, on a port",
  positionals: ["model"],
  options: [
    MODEL_OPTION,
    ADAPTER_OPTION,
    { name: "port", value: "N", help: "0: any that is free; default 8000" },
    { name: "host", value: "ADDRESS", help: "default 127.0.0.1, this machine alone; 0.0.0.0 is everybody" },
    { name: "name", value: "NAME", help: "what clients call the model; default its folder's or repository's name" },
    { name: "api-key", value: "KEY", help: "clients must send it; default MAMBA2_API_KEY, else none is asked for" },
    TEMPLATE_OPTION,
    { name: "eos", value: "ID[,ID]|none", help: "tokens that end a text; default those of the model" },
    ...LIMIT_OPTIONS,
    { name: "grace", value: "SECONDS", help: "how long requests may go on after Ctrl-C or SIGTERM; default 30" },
    ...TEXT_MODEL_OPTIONS,
  ],
  run: (options, io) => {
    const [port, host] = [options.integer("port"), options.text("host")];
    const grace = options.number("grace", 0);
    const limits = limitsOf(options);
    const ends = endTokens(options);
    return withDevice(options, io, async (device) => {
      const { model, tokenizer } = await openTextModel(options, io, device);
      const template = await findTemplate(options, io);
      if (!template) io.note("the model has no chat template: /v1/chat/completions is refused. --template gives one.");
      const apiKey = options.text("api-key") ?? process.env["MAMBA2_API_KEY"];
      const service = new CompletionService(model, {
        name: options.text("name") ?? nameOf(options.require("model")),
        tokenizer,
        template,
        defaults: withDefaults({}, model, io),
        ...endOption(model, ends, tokenizer, options, io),
        ...limits,
        ...(apiKey && { apiKey }),
        onError: (error) => io.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      });
      let requests = 0;
      const listening = await listen(
        (request) => {
          requests++;
          return service.fetch(request);
        },
        { ...(port !== undefined && { port }), ...(host !== undefined && { host }) },
      );
      const stopped = new Promise<void>((resolve) => {
        const quiet = onInterrupt(() => {
          io.note("stopping: no new requests; another signal ends at once");
          resolve(
            Promise.all([listening.close(), service.close(grace)]).then(() => {
              quiet();
            }),
          );
        });
      });
      io.note(`serving at ${listening.url}/v1`); // who waits for it reads stderr, with --json too
      await stopped;
      io.note(`${requests} requests were answered`);
      return { url: listening.url, requests };
    });
  },
};

function limitsOf(options: Options): Pick<ServiceOptions, keyof typeof LIMITS> {
  const given = LIMIT_OPTIONS.filter(({ name }) => options.has(name));
  return Object.fromEntries(
    given.map(({ name, limit }) => [
      limit,
      limit === "stallSeconds" ? options.positive(name) : options.integer(name, 1),
    ]),
  );
}

/** "owner/name" of a repository without its revision, else the folder's name. */
function nameOf(place: string): string {
  return isRepository(place) ? place.replace(/@[^@/]*$/, "") : basename(place);
}
