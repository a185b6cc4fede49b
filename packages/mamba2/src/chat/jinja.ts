// Jinja2 as chat templates are written in it: parsed by @huggingface/jinja, run by an interpreter on top of that library's which gives what Python gives and stops what
// would never end (docs/design/010-chat-templates.md). Templates reach values in maps and lists only: no name of theirs leads to a JavaScript object.
import { describeValue } from "@x/base";
import { ConfigError } from "@x/tensor/core";
import { ChatInterpreter, nodeLike, PRINTED } from "./jinja-interpreter.ts";
import { LightScope, type Node, parseTemplate, valueOf } from "./jinja-library.ts";
import type { TextValue } from "./jinja-values.ts";
import { JinjaWork } from "./jinja-work.ts";
import { strftime } from "./strftime.ts";

/** Templates of today have some thousands of characters. */
const MOST_CHARACTERS = 2 ** 18;
/** The library's search for tags takes the square of a run of white space. */
const LONGEST_SPACE = 2000;
/** As in Jinja2's sandbox. */
const LONGEST_RANGE = 100_000;
/** Fields of a node that hold the statements of a block. */
const BLOCKS = ["body", "alternate", "defaultBlock"];
const STATEMENTS = ["If", "For", "Break", "Continue", "Set", "Macro", "CallStatement", "FilterStatement", "Comment"];

/** What a template says against the messages that it is given. */
export class TemplateRefusal extends Error {}

/** Reads a template. @throws ConfigError when it is none */
export function parseJinja(what: string, template: string): Node {
  const refuse = (must: string, got: string | number): never => {
    throw new ConfigError(`${what}: must ${must}; got ${got}.`, { field: "template", got });
  };
  if (template.length > MOST_CHARACTERS) refuse(`have at most ${MOST_CHARACTERS} characters`, template.length);
  const longest = new RegExp(`\\s{${LONGEST_SPACE + 1}}`).exec(template);
  if (longest) refuse(`have at most ${LONGEST_SPACE} white spaces in a row`, `more from character ${longest.index} on`);
  try {
    const program = parseTemplate(template.replace(/\r\n?/g, "\n"));
    printValues(program);
    return program;
  } catch (cause) {
    throw new ConfigError(`${what}: must be a Jinja template that can be read; ${reasonOf(cause)}.`, {
      field: "template",
      cause,
    });
  }
}

/** Makes every expression that is printed one of {@link PRINTED}. */
function printValues(node: Node): void {
  for (const field of BLOCKS) {
    const block = node[field] as Node[] | undefined;
    if (!Array.isArray(block)) continue;
    for (const [i, inner] of block.entries()) {
      if (STATEMENTS.includes(inner.type)) printValues(inner);
      else if (inner.type !== "StringLiteral") block[i] = nodeLike(PRINTED, { operand: inner });
    }
  }
}

/** Renders a template. @throws ConfigError when it cannot be rendered, TemplateRefusal when it calls raise_exception */
export function renderJinja(
  what: string,
  program: Node,
  variables: Readonly<Record<string, unknown>>,
  now: Date,
): string {
  const work = new JinjaWork();
  const globals = new LightScope();
  const constants = { true: true, false: false, none: null, True: true, False: false, None: null };
  const functions = {
    raise_exception: (message: unknown) => {
      throw new TemplateRefusal(typeof message === "string" ? message : describeValue(message));
    },
    range: (start: unknown, end: unknown, step: unknown) => rangeOf(start, end, step),
    strftime_now: (format: unknown) => strftime(now, typeof format === "string" ? format : ""),
  };
  try {
    const scope = new LightScope(globals);
    for (const [name, value] of Object.entries({ ...constants, ...functions }))
      globals.setVariable(name, valueOf(value));
    for (const [name, value] of Object.entries(variables)) scope.setVariable(name, valueOf(value));
    return (new ChatInterpreter(scope, work).run(program) as TextValue).value;
  } catch (cause) {
    if (cause instanceof ConfigError || cause instanceof TemplateRefusal) throw cause;
    throw new ConfigError(`${what}: must be able to render these messages; ${reasonOf(cause)}.`, {
      field: "template",
      cause,
    });
  }
}

function rangeOf(from: unknown, to: unknown, by: unknown): number[] {
  const whole = (value: unknown, absent: number): number => {
    if (value === undefined) return absent;
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new Error(`range takes whole numbers; got ${describeValue(value)}`);
  };
  const [start, end, step] = to === undefined ? [0, whole(from, 0), 1] : [whole(from, 0), whole(to, 0), whole(by, 1)];
  if (step === 0) throw new Error("range must not have the step 0");
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > LONGEST_RANGE) throw new Error(`range must have at most ${LONGEST_RANGE} numbers; got ${length}`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** What went wrong, as the end of a sentence. */
function reasonOf(cause: unknown): string {
  if (cause instanceof RangeError && /stack/.test(cause.message)) return "it nests or calls itself too deeply";
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof TypeError) return `it ends early, or uses what is not there (${message})`;
  return message.replace(/\.$/, "");
}
