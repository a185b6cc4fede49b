// The fields of a request, one table for each endpoint: what is honoured and what it must be, what is accepted because it has no effect, and what is refused by name.
import { describeValue } from "@x/base";
import { isPlainObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { numberRule, type OptionRule, positiveWhole, switchRule, wholeNumber } from "../inputs/option-rules.ts";
import { SAMPLING_RULES } from "../generation/sampling.ts";
import { isStopText } from "../generation/stop-texts.ts";
import { refuse } from "./errors.ts";

/** What an endpoint knows of its fields. null is as good as absent everywhere. */
export interface FieldTable {
  readonly honoured: Readonly<Record<string, OptionRule>>;
  /** values that ask for nothing; others of these fields are refused */
  readonly neutral: Readonly<Record<string, readonly JsonValue[]>>;
  /** refused whatever they hold, with the reason */
  readonly refused: Readonly<Record<string, string>>;
}

const isText = (value: unknown): boolean => typeof value === "string";
const text: OptionRule = ["a text", isText];

/** For the client's own books: they change no answer. */
const LABELS: Readonly<Record<string, OptionRule>> = {
  user: text,
  safety_identifier: text,
  prompt_cache_key: text,
  prompt_cache_retention: text,
  metadata: [
    "an object of at most 16 texts",
    (value) => isPlainObject(value) && Object.values(value).every(isText) && Object.keys(value).length <= 16,
  ],
};
const texts = (value: unknown): boolean => [value].flat().every(isStopText) && [value].flat().length <= 4;

const bias: OptionRule = [
  'an object of tokens with numbers from -100 to 100, such as { "50256": -100 }',
  (value) =>
    isPlainObject(value) &&
    Object.entries(value).every(
      ([token, given]) => /^(?:0|[1-9]\d*)$/.test(token) && typeof given === "number" && Math.abs(given) <= 100,
    ),
];

const streamOptions: OptionRule = [
  "an object with include_usage, true or false",
  (value) =>
    isPlainObject(value) &&
    Object.entries(value).every(([name, given]) =>
      name === "include_usage" ? typeof given === "boolean" : name === "include_obfuscation" && given === false,
    ),
];

/** Fields of both endpoints. */
const COMMON: FieldTable["honoured"] = {
  ...LABELS,
  model: text,
  stream: switchRule,
  stream_options: streamOptions,
  temperature: numberRule("a number from 0 to 2", (value) => value >= 0 && value <= 2),
  top_p: numberRule("a number from 0 to 1", (value) => value >= 0 && value <= 1),
  n: positiveWhole,
  stop: ["a text of at least one whole character, or up to 4 of them", texts],
  seed: ["a whole number from 0 to 2^53 − 1", wholeNumber[1]],
  presence_penalty: SAMPLING_RULES.presencePenalty,
  frequency_penalty: SAMPLING_RULES.frequencyPenalty,
  logit_bias: bias,
  max_tokens: wholeNumber,
  // not OpenAI's: names that other open services have for the rest of what can be chosen here
  top_k: wholeNumber,
  min_p: SAMPLING_RULES.minP,
  typical_p: SAMPLING_RULES.typicalP,
  repetition_penalty: SAMPLING_RULES.repetitionPenalty,
};

export const COMPLETION_FIELDS: FieldTable = {
  honoured: {
    ...COMMON,
    prompt: [
      "a text, token ids, or an array of one of them",
      (value) =>
        typeof value === "string" ||
        (Array.isArray(value) &&
          value.length > 0 &&
          (isIds(value) || value.every((one) => typeof one === "string") || value.every(isIds))),
    ],
    echo: switchRule,
    logprobs: ["a whole number from 0 to 5", (value) => wholeNumber[1](value) && (value as number) <= 5],
  },
  neutral: { best_of: [1], suffix: [""] },
  refused: {},
};

export const CHAT_FIELDS: FieldTable = {
  honoured: {
    ...COMMON,
    messages: ["a list of at least one message", (value) => Array.isArray(value) && value.length > 0],
    max_completion_tokens: wholeNumber,
    logprobs: switchRule,
    top_logprobs: ["a whole number from 0 to 20", (value) => wholeNumber[1](value) && (value as number) <= 20],
    tools: [
      'a list of functions, { "type": "function", "function": { "name": … } }',
      (value) => Array.isArray(value) && value.every(isTool),
    ],
    tool_choice: [
      '"auto" or "none": what a model calls is its own choice',
      (value) => value === "auto" || value === "none",
    ],
    chat_template_kwargs: ["an object", isPlainObject],
  },
  neutral: {
    response_format: [{ type: "text" }],
    modalities: [["text"]],
    parallel_tool_calls: [true],
    service_tier: ["auto", "default"],
    store: [false],
  },
  refused: {
    functions: "it was replaced by tools",
    function_call: "it was replaced by tool_choice",
    audio: "the model writes text",
    prediction: "nothing is predicted ahead",
    reasoning_effort: "templates have names of their own for it: chat_template_kwargs",
    verbosity: "no model here knows it",
    web_search_options: "nothing is searched",
  },
};

function isIds(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((id) => Number.isSafeInteger(id));
}

function isTool(value: unknown): boolean {
  const { type, function: called } = (isPlainObject(value) ? value : {}) as JsonObject;
  return type === "function" && isPlainObject(called) && isText(called["name"]);
}

/** Whether a text in a value has a half of a character: no tokens say it, and no answer can repeat it. */
function hasHalfCharacter(value: JsonValue): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  return typeof value === "object" && value !== null && Object.entries(value).flat().some(hasHalfCharacter);
}

/** The fields that are honoured, each as its rule says. @throws ApiError that names the field */
export function readFields(body: JsonObject, { honoured, neutral, refused }: FieldTable): JsonObject {
  const read: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue;
    const rule = Object.hasOwn(honoured, name) ? honoured[name] : undefined;
    if (rule && hasHalfCharacter(value))
      refuse(name, `${name}: must be of whole characters; it has half of a surrogate pair.`);
    if (rule && rule[1](value)) read[name] = value;
    else if (rule) refuse(name, `${name}: must be ${rule[0]}; got ${describeValue(value)}.`);
    else if (Object.hasOwn(neutral, name)) {
      const allowed = neutral[name]!.map((one) => JSON.stringify(one));
      if (!allowed.includes(JSON.stringify(value)))
        refuse(
          name,
          `${name}: must be ${allowed.join(" or ")}, or absent; got ${describeValue(value)}.`,
          "unsupported_value",
        );
    } else if (Object.hasOwn(refused, name))
      refuse(name, `${name}: cannot be honoured: ${refused[name]}.`, "unsupported_parameter");
    else refuse(name, `${name}: is no field of this request.`, "unknown_parameter");
  }
  return read;
}
