// Chat templates: against Jinja2 set up as transformers sets it up (chat-golden/golden.py), and what they must not do.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byteTokenizer } from "@x/nn";
import type { JsonObject } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { type ChatMessage, ChatTemplate, readChatTemplate } from "../src/chat/index.ts";
import { tokenizerFiles } from "../src/cli/model.ts";
import { parseJinja, renderJinja, TemplateRefusal } from "../src/chat/jinja.ts";

interface Golden {
  readonly now: string;
  readonly cases: readonly {
    readonly name: string;
    readonly template: string;
    readonly variables: JsonObject;
    readonly text?: string;
    readonly refused?: string;
  }[];
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "chat-golden/golden.json"), "utf8")) as Golden;

describe("templates render as by Jinja2", () => {
  it.each(golden.cases)("$name", ({ template, variables, text, refused }) => {
    const render = (): string =>
      renderJinja("chat template", parseJinja("chat template", template), variables, new Date(golden.now));
    if (refused === undefined) expect(render()).toBe(text);
    else expect(render).toThrow(new TemplateRefusal(refused));
  });
});

const hello: readonly ChatMessage[] = [{ role: "user", content: "Hi" }];

describe("templates that do harm are stopped with a sentence", () => {
  const render = (template: string): string => new ChatTemplate(template).render(hello);
  it.each([
    [
      "loops within loops",
      "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
      /at most \d+ steps/,
    ],
    ["a macro that calls itself", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", /at most 100 levels deep/],
    ["a long range", "{% for a in range(10 ** 9) %}{% endfor %}", /range must have at most 100000 numbers/],
    [
      "a text that doubles",
      "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
      /at most \d+ characters/,
    ],
    [
      "a block that doubles",
      "{% set x %}ab{% endset %}{% macro d(x) %}{{ x }}{{ x }}{% endmacro %}{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = d(n.x) %}{% endfor %}",
      /at most \d+ steps/,
    ],
    [
      "a list that doubles",
      "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
      /at most \d+ characters or elements/,
    ],
    [
      "lists in lists",
      "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | tojson }}",
      /at most \d+ steps/,
    ],
    [
      "lists in lists, printed",
      "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
      /at most \d+ steps/,
    ],
    [
      "lists in lists, compared",
      "{% set n = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
      /at most \d+ steps/,
    ],
    ["repeated text", "{{ 'a' * 1000000000 }}", /at most \d+ characters/],
    ["a wide indent", "{{ 'a\nb' | indent(1000000000) }}", /width must be from 0 to 256/],
    ["a wide JSON", "{{ [1] | tojson(indent=1000000000) }}", /indent must be from 0 to 256/],
    ["a replacement that multiplies", "{% set x = 'a' * 1000000 %}{{ x.replace('a', x) }}", /at most \d+ characters/],
    ["a join that multiplies", "{% set x = 'a' * 1000000 %}{{ range(100000) | join(x) }}", /at most \d+ characters/],
    [
      "a search that multiplies",
      "{% set x = range(100000) %}{% for i in x %}{% if i in x %}{% endif %}{% endfor %}",
      /at most \d+ steps/,
    ],
    ["a method of JavaScript", "{{ ''.constructor.constructor('return 1')() }}", /must be able to render.*function/],
    ["a prototype of messages", "{{ messages.__proto__.polluted.push(1) }}", /must be able to render/],
    ["an unknown filter", "{{ messages | evil }}", /evil/],
  ])("%s", (_, template, sentence) => {
    const began = performance.now();
    expect(() => render(template)).toThrow(sentence);
    expect(performance.now() - began).toBeLessThan(20_000); // seconds, on whatever runs beside
  });

  it.each([
    ["an open tag", "{% if true %}never", /Jinja template that can be read/],
    ["deep brackets", `{{ ${"(".repeat(100_000)} }}`, /can be read; it nests/],
    ["too many characters", "x".repeat(300_000), /at most 262144 characters; got 300000/],
    ["white space without end", `a${" ".repeat(200_000)}b`, /at most 2000 white spaces/],
    ["no template", "", undefined],
  ])("%s", (_, template, sentence) => {
    if (sentence) expect(() => new ChatTemplate(template)).toThrow(sentence);
    else expect(new ChatTemplate(template).render(hello)).toBe("");
  });
});

describe("ChatTemplate", () => {
  const roles = new ChatTemplate(
    {
      default:
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content | trim }};{% endfor %}{{ '<a>' if add_generation_prompt }}",
      tool_use: "{{ tools | tojson }}{{ eos_token }}|",
    },
    { bos_token: "<s>" },
  );
  it("chooses by tools, and by name", () => {
    expect(roles.render(hello)).toBe("<s><user>Hi;");
    expect(roles.render(hello, { addGenerationPrompt: true })).toBe("<s><user>Hi;<a>");
    expect(roles.render(hello, { tools: [{ name: "f" }] })).toBe('[{"name": "f"}]|');
    expect(roles.render(hello, { tools: [{ name: "f" }], templateName: "default" })).toBe("<s><user>Hi;");
    expect(() => roles.render(hello, { templateName: "rag" })).toThrow(
      'templateName must be one of default, tool_use; got "rag".',
    );
    expect(() => new ChatTemplate({ rag: "x" }).render(hello)).toThrow('got none, and there is no "default"');
  });
  it("lets the caller's variables win", () => {
    expect(roles.render(hello, { variables: { bos_token: "^", messages: [{ role: "x", content: "y" }] } })).toBe(
      "^<x>y;",
    );
  });
  it("continues the last message, with and without the white space at its end", () => {
    const said = [...hello, { role: "assistant", content: " well, " }];
    expect(roles.render(said, { continueFinalMessage: true })).toBe("<s><user>Hi;<assistant>well,");
    const plain = new ChatTemplate(
      "{% for m in messages %}[{{ m.content[0].text if m.content is not string else m.content }}]{% endfor %}",
    );
    expect(plain.render(said, { continueFinalMessage: true })).toBe("[Hi][ well, ");
    expect(
      plain.render([{ role: "assistant", content: [{ type: "text", text: "so" }] }], { continueFinalMessage: true }),
    ).toBe("[so");
    expect(() => roles.render(said, { continueFinalMessage: true, addGenerationPrompt: true })).toThrow(
      "must not be given together",
    );
    expect(() => new ChatTemplate("no").render(hello, { continueFinalMessage: true })).toThrow(
      "it leaves its text out",
    );
    expect(() => roles.render([{ role: "user", content: null }], { continueFinalMessage: true })).toThrow(
      "must have text to continue",
    );
  });
  it("adds no special tokens to those of the template", () => {
    const tokenizer = {
      ...byteTokenizer,
      encode: (text: string, options?: object) => Int32Array.of(text.length, options ? 1 : 0),
    };
    expect([...roles.encode(hello, tokenizer)]).toEqual(["<s><user>Hi;".length, 1]);
    expect([...roles.encode(hello, byteTokenizer)]).toEqual([...byteTokenizer.encode("<s><user>Hi;")]);
  });
  it("reads refusals aloud", () => {
    const strict = new ChatTemplate("{{ raise_exception('Only \"user\" may speak') }}");
    expect(() => strict.render(hello)).toThrow(
      'chat template: must accept the messages; it says "Only \\"user\\" may speak".',
    );
  });
  it.each([
    ["none", [], /at least one.*got an empty one/],
    ["a text", "hi", /messages must be a list/],
    ["no role", [{ content: "a" }], /messages\[0\] must be an object with a role/],
    ["a function", [{ role: "user", content: () => 1 }], /messages\[0\]\.content must be plain data/],
    ["a date", [{ role: "user", content: new Date() }], /messages\[0\]\.content must be plain data/],
    ["a circle", [circle()], /must nest at most 64 levels/],
  ])("refuses messages that are %s", (_, messages, sentence) => {
    expect(() => roles.render(messages as unknown as ChatMessage[])).toThrow(sentence);
  });
  it("refuses options that it does not know", () => {
    expect(() => roles.render(hello, { tool: [] } as object)).toThrow(/tool/);
    expect(() => roles.render(hello, { tools: "f" as unknown as [] })).toThrow("tools must be a list");
  });
});

function circle(): object {
  const message: Record<string, unknown> = { role: "user", content: "a" };
  message["self"] = message;
  return message;
}

describe("readChatTemplate", () => {
  const reader = (files: Readonly<Record<string, string>>) => (name: string) =>
    Promise.resolve(files[name] === undefined ? undefined : new TextEncoder().encode(files[name]));
  const settings = JSON.stringify({
    bos_token: { content: "<b>" },
    eos_token: "<e>",
    extra_special_tokens: { image_token: "<i>" },
    chat_template: "{{ bos_token }}{{ eos_token }}{{ image_token }}{{ pad_token }}",
  });
  it("takes the file before the settings, whose tokens it has", async () => {
    const both = { "chat_template.jinja": "file {{ bos_token }}", "tokenizer_config.json": settings };
    expect((await readChatTemplate(reader(both)))?.render(hello)).toBe("file <b>");
    expect((await readChatTemplate(reader({ "tokenizer_config.json": settings })))?.render(hello)).toBe("<b><e><i>");
    const tools = { ...both, "additional_chat_templates/tool_use.jinja": "tools" };
    expect((await readChatTemplate(reader(tools)))?.render(hello, { tools: [] })).toBe("tools");
  });
  it("takes a file for tools alone before the settings too, and knows any special token by its name", async () => {
    const named = JSON.stringify({ image_token: "<i>", boi_token: { content: "<b>" }, chat_template: "stale" });
    const files = {
      "additional_chat_templates/tool_use.jinja": "{{ image_token }}{{ boi_token }}",
      "tokenizer_config.json": named,
    };
    const template = (await readChatTemplate(reader(files)))!;
    expect(template.render(hello, { tools: [{ name: "f" }] })).toBe("<i><b>");
    expect(() => template.render(hello)).toThrow('there is no "default"');
    const kept = await tokenizerFiles(reader({ ...files, "tokenizer.json": "{}" }));
    const again = await readChatTemplate((name) => Promise.resolve(kept.get(name)));
    expect(again?.names).toEqual(["tool_use"]);
  });
  it("takes a list of named ones", async () => {
    const chat_template = [
      { name: "default", template: "d" },
      { name: "tool_use", template: "t" },
    ];
    const read = await readChatTemplate(reader({ "tokenizer_config.json": JSON.stringify({ chat_template }) }));
    expect(read?.names).toEqual(["default", "tool_use"]);
    await expect(
      readChatTemplate(reader({ "tokenizer_config.json": '{"chat_template": [{"name": "a"}]}' })),
    ).rejects.toThrow("list of { name, template }");
    await expect(readChatTemplate(reader({ "tokenizer_config.json": '{"chat_template": 3}' }))).rejects.toThrow(
      "chat_template must be a text",
    );
  });
  it("says which file is wrong, and has nothing where there is none", async () => {
    expect(await readChatTemplate(reader({}))).toBeUndefined();
    expect(await readChatTemplate(reader({ "tokenizer_config.json": "{}" }))).toBeUndefined();
    await expect(readChatTemplate(reader({ "chat_template.jinja": "{% if %}" }))).rejects.toThrow(
      /^chat_template\.jinja: chat template: must be a Jinja template/,
    );
  });
});

it("a template for tools is kept with a model that is converted, in the file that holds several", async () => {
  const read = (files: Readonly<Record<string, string>>) => (name: string) =>
    Promise.resolve(Object.hasOwn(files, name) ? new TextEncoder().encode(files[name]) : undefined);
  const files = {
    "tokenizer.json": "{}",
    "tokenizer_config.json": '{"bos_token":"<s>"}',
    "special_tokens_map.json": '{"eos_token":"</s>"}',
    "chat_template.jinja": "{{ bos_token }}plain{{ eos_token }}",
    "additional_chat_templates/tool_use.jinja": "with tools",
  };
  const kept = await tokenizerFiles(read(files));
  expect([...kept.keys()]).toEqual(["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]);
  const template = (await readChatTemplate((name) => Promise.resolve(kept.get(name))))!;
  const messages = [{ role: "user", content: "Hi" }];
  expect(template.render(messages)).toBe("<s>plain</s>");
  expect(template.render(messages, { tools: [{ name: "f" }] })).toBe("with tools");
  const { "additional_chat_templates/tool_use.jinja": _, ...plain } = files;
  expect([...(await tokenizerFiles(read(plain))).keys()]).toContain("chat_template.jinja");
});
