// What is used of @huggingface/jinja, typed here: its own declarations import files without extensions, which TypeScript does not find in ESM packages.
import * as library from "@huggingface/jinja";

/** A value while a template runs. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
  __bool__(): { readonly value: boolean };
  toString(): string;
}

/** A part of a parsed template; its fields depend on its type. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Variables, and those of the scopes around them. */
export interface Scope {
  readonly variables: Map<string, Value>;
  setVariable(name: string, value: Value): Value;
  lookupVariable(name: string): Value;
  /** the scope that has a variable; raises where none has */
  resolve(name: string): Scope;
}

interface LibraryScope extends Scope {
  /** declares a variable of a plain JavaScript value */
  set(name: string, plain: unknown): Value;
  readonly tests: unknown;
}

interface Evaluator {
  evaluate(node: Node | undefined, scope: Scope): Value;
  run(program: Node): Value;
}

interface Library {
  readonly Environment: new () => LibraryScope;
  readonly Interpreter: new (global: Scope) => Evaluator;
  tokenize(template: string, options?: Readonly<Record<"trim_blocks" | "lstrip_blocks", boolean>>): readonly unknown[];
  parse(tokens: readonly unknown[]): Node;
}

const typed = library as unknown as Library;
export const Interpreter: Library["Interpreter"] = typed.Interpreter;

/** Reads a template as transformers has it read: with trim_blocks and lstrip_blocks. */
export function parseTemplate(template: string): Node {
  return typed.parse(typed.tokenize(template, { trim_blocks: true, lstrip_blocks: true }));
}

const converter = new typed.Environment();

/** A plain value as templates see it. */
export function valueOf(plain: unknown): Value {
  const value = converter.set("value", plain);
  converter.variables.delete("value");
  return value;
}

/** What no variable is. */
export const UNDEFINED: Value = valueOf(undefined);

/** A scope like the library's, which takes long to make and to look into: it has functions of its own, and raises for every name that is nowhere. */
export class LightScope implements Scope {
  readonly variables: Map<string, Value> = new Map();
  readonly tests: unknown = converter.tests;
  readonly parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.parent = parent;
    if (!parent) this.variables.set("namespace", converter.lookupVariable("namespace"));
  }

  setVariable(name: string, value: Value): Value {
    this.variables.set(name, value);
    return value;
  }

  lookupVariable(name: string): Value {
    return this.variables.get(name) ?? this.parent?.lookupVariable(name) ?? UNDEFINED;
  }

  resolve(name: string): Scope {
    if (this.variables.has(name)) return this;
    if (this.parent) return this.parent.resolve(name);
    throw new Error(`unknown variable ${name}`);
  }
}
