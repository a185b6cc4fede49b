// From kernel text to a syntax tree. The language is the part of WGSL that kernels on one core need: scalars, vectors
// of four, `let`, `var`, `for`, `while`, `if`, and functions. Memory is read and written by builtins on byte addresses
// instead of bindings (see builtins.ts).
import { KernelError } from "@x/base";
import type { Type, FunctionNode, Statement, Expr } from "./syntax.ts";
import { type Token, tokenize } from "./tokenize.ts";

const typeNames: Readonly<Record<string, Type>> = {
  ptr: "u32",
  u32: "u32",
  i32: "i32",
  f32: "f32",
  bool: "bool",
  vec4f: "vec4f",
  vec4i: "vec4i",
  vec4u: "vec4u",
  vec4b: "vec4b",
  vec2d: "vec2d",
};
const precedence: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  "<=": 7,
  ">": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
};
const lanes = "xyzw";

/** Recursive descent over one text. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  functions(): FunctionNode[] {
    const list: FunctionNode[] = [];
    while (this.#peek.kind !== "end") list.push(this.#function());
    return list;
  }

  get #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #fail(wanted: string): never {
    const { text, at } = this.#peek;
    const line = this.#text.slice(0, at).split("\n").length;
    throw new KernelError(
      `kernel text: line ${line} must have ${wanted}; got "${text}" in "${this.#text.split("\n")[line - 1]?.trim()}".`,
      { kind: "compile" },
    );
  }

  #take(text: string): boolean {
    if (this.#peek.text !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(`"${text}"`);
  }

  #name(): string {
    if (this.#peek.kind !== "name") this.#fail("a name");
    return this.#tokens[this.#next++]!.text;
  }

  #type(): Type {
    const type = typeNames[this.#peek.text] ?? this.#fail("a type");
    this.#next++;
    return type;
  }

  #function(): FunctionNode {
    const inline = !this.#take("@");
    if (!inline) this.#expect("call");
    this.#expect("fn");
    const name = this.#name();
    this.#expect("(");
    const params: { name: string; type: Type }[] = [];
    while (!this.#take(")")) {
      const param = this.#name();
      this.#expect(":");
      params.push({ name: param, type: this.#type() });
      if (this.#peek.text !== ")") this.#expect(",");
    }
    const result = this.#take("->") ? this.#type() : undefined;
    this.#expect("{");
    return { name, params, result, body: this.#statements(), inline };
  }

  #statements(): Statement[] {
    const list: Statement[] = [];
    while (!this.#take("}")) list.push(this.#statement());
    return list;
  }

  #block(): Statement {
    this.#expect("{");
    return { kind: "block", body: this.#statements() };
  }

  #statement(): Statement {
    if (this.#take("{")) return { kind: "block", body: this.#statements() };
    if (this.#take("if")) return this.#if();
    if (this.#take("while"))
      return {
        kind: "loop",
        before: undefined,
        condition: this.#parenthesized(),
        step: undefined,
        body: this.#block(),
      };
    if (this.#take("for")) return this.#for();
    const statement = this.#take("return") ? { kind: "return" as const, value: this.#expression() } : this.#simple();
    this.#expect(";");
    return statement;
  }

  #parenthesized(): Expr {
    this.#expect("(");
    const expression = this.#expression();
    this.#expect(")");
    return expression;
  }

  #if(): Statement {
    const condition = this.#parenthesized();
    const body = this.#block();
    const otherwise = this.#take("else") ? (this.#take("if") ? this.#if() : this.#block()) : undefined;
    return { kind: "if", condition, body, otherwise };
  }

  #for(): Statement {
    this.#expect("(");
    const before = this.#simple();
    this.#expect(";");
    const condition = this.#expression();
    this.#expect(";");
    const step = this.#simple();
    this.#expect(")");
    return { kind: "loop", before, condition, step, body: this.#block() };
  }

  /** A declaration, an assignment or a call. */
  #simple(): Statement {
    const word = this.#name();
    if (word === "let" || word === "var") {
      const name = this.#name();
      const type = this.#take(":") ? this.#type() : undefined;
      this.#expect("=");
      return { kind: "declare", name, mutable: word === "var", type, value: this.#expression() };
    }
    if (this.#peek.text === "(") return { kind: "call", call: this.#call(word) };
    if (this.#take("=")) return { kind: "assign", name: word, value: this.#expression() };
    const op = /^([-+*/%&|^])=$/.exec(this.#peek.text)?.[1] ?? this.#fail("an assignment or a call");
    this.#next++;
    return { kind: "assign", name: word, value: binary(op, { kind: "name", name: word }, this.#expression()) };
  }

  #expression(least: number = 1): Expr {
    let a = this.#unary();
    for (;;) {
      const op = this.#peek.text;
      const level = this.#peek.kind === "symbol" ? precedence[op] : undefined;
      if (level === undefined || level < least) return a;
      this.#next++;
      a = binary(op, a, this.#expression(level + 1));
    }
  }

  #unary(): Expr {
    for (const op of ["-", "!", "~"]) {
      if (!this.#take(op)) continue;
      const a = this.#unary();
      return op === "-" && a.kind === "number" ? { ...a, value: -a.value } : { kind: "unary", op, a };
    }
    let a = this.#primary();
    while (this.#take(".")) {
      const lane = lanes.indexOf(this.#name());
      if (lane < 0) this.#fail("one of the lanes x, y, z and w");
      a = { kind: "lane", a, lane };
    }
    return a;
  }

  #primary(): Expr {
    const { kind, text } = this.#peek;
    if (kind === "number") {
      this.#next++;
      const hex = text.startsWith("0x");
      return {
        kind,
        value: Number(hex ? text.replace(/[ui]$/, "") : text.replace(/[fuih]$/, "")),
        float: !hex && /[.ef]/.test(text),
      };
    }
    if (text === "(") return this.#parenthesized();
    const name = this.#name();
    return this.#peek.text === "(" ? this.#call(name) : { kind: "name", name };
  }

  #call(name: string): Expr {
    this.#expect("(");
    const args: Expr[] = [];
    while (!this.#take(")")) {
      args.push(this.#expression());
      if (this.#peek.text !== ")") this.#expect(",");
    }
    return { kind: "call", name, args };
  }
}

/** An operation; of two numbers, its value. */
function binary(op: string, a: Expr, b: Expr): Expr {
  if (a.kind !== "number" || b.kind !== "number" || !"+-*".includes(op)) return { kind: "binary", op, a, b };
  const value = op === "+" ? a.value + b.value : op === "-" ? a.value - b.value : a.value * b.value;
  return { kind: "number", value, float: a.float || b.float };
}

/** Functions of a text, in order. */
export function parseFunctions(text: string): FunctionNode[] {
  return new Parser(text).functions();
}
