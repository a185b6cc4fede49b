// The interpreter of chat templates: on top of the library's, with Python's output, equality, scopes and methods, and a count of the work.
import {
  Interpreter,
  LightScope,
  type Node,
  parseTemplate,
  type Scope,
  UNDEFINED,
  type Value,
  valueOf,
} from "./jinja-library.ts";
import { type Arguments, elementsOf, FILTERS, METHODS } from "./jinja-methods.ts";
import { type DictValue, equal, isDict, isList, isNothing, isText, listOf, text, written } from "./jinja-values.ts";
import type { JinjaWork } from "./jinja-work.ts";

/** What `{{ … }}` prints is Python's str of it: the filter `string`. */
export const PRINTED: Node = (parseTemplate("{{ x | string }}")["body"] as Node[])[0]!;

/** `break` and `continue`, with what the blocks that they leave had written. */
class LoopExit extends Error {
  written = "";
  readonly ends: boolean;
  constructor(ends: boolean) {
    super(`a template must ${ends ? "break" : "continue"} within a loop only`);
    this.ends = ends;
  }
}

/** Calls within calls; the stack of a browser's worker holds some hundreds. */
const DEEPEST = 100;

/** A round of a loop takes the time of a text so long. */
const ROUND_LENGTH = 200;

/** Runs a parsed template whose printed expressions are like {@link PRINTED}. */
export class ChatInterpreter extends Interpreter {
  readonly #work: JinjaWork;
  #depth = 0;

  constructor(global: Scope, work: JinjaWork) {
    super(global);
    this.#work = work;
  }

  override evaluate(node: Node | undefined, scope: Scope): Value {
    const value = node ? this.#evaluate(node, scope) : UNDEFINED;
    this.#work.spend(isText(value) || isList(value) ? value.value.length : 0);
    return value;
  }

  #evaluate(node: Node, scope: Scope): Value {
    switch (node.type) {
      case "Value":
        return node["value"] as Value;
      case "Program":
        return text(this.#block(node["body"] as Node[], scope));
      case "If": {
        const holds = this.evaluate(node["test"] as Node, scope).__bool__().value;
        return text(this.#block(node[holds ? "body" : "alternate"] as Node[], scope));
      }
      case "For":
        return text(this.#for(node, scope));
      case "Break":
      case "Continue":
        throw new LoopExit(node.type === "Break");
      case "BinaryExpression":
        return this.#binary(node, scope);
      case "FilterExpression":
        return this.#filter(node, this.evaluate(node["operand"] as Node, scope), scope);
      case "FilterStatement":
        return this.#filter(node, text(this.#block(node["body"] as Node[], scope)), scope);
      case "CallExpression":
        return this.#call(node, scope);
      case "TestExpression":
        return this.#test(node, scope);
      default:
        return super.evaluate(node, scope);
    }
  }

  #block(statements: readonly Node[], scope: Scope): string {
    let all = "";
    try {
      for (const statement of statements) {
        const value = this.evaluate(statement, scope); // of statements that print nothing: null
        if (isText(value)) all += value.value;
        this.#work.limit(all.length);
      }
      return all;
    } catch (error) {
      if (error instanceof LoopExit) error.written = all + error.written;
      throw error;
    }
  }

  /** Every round has variables of its own, as in Jinja2; the library's rounds share theirs. */
  #for(node: Node, scope: Scope): string {
    const { loopvar, iterable, body, defaultBlock } = node as Record<string, Node> & Record<string, Node[]>;
    const filtered = iterable!.type === "SelectExpression";
    const source = this.evaluate((filtered ? iterable!["lhs"] : iterable) as Node, scope);
    const all = elementsOf(source);
    if (!all) throw new Error(`a loop must go through a list, a dictionary or a text; got ${source.type}`);
    const rounds = all.map((item) => this.#round(loopvar as Node, item, scope));
    const test = filtered ? (iterable!["test"] as Node) : undefined;
    const kept = [...rounds.keys()].filter((i) => !test || this.evaluate(test, rounds[i]!).__bool__().value);
    if (kept.length === 0) return this.#block(defaultBlock as Node[], scope);
    let written = "";
    for (const [i, k] of kept.entries()) {
      const inner = rounds[k]!;
      inner.setVariable("loop", loopValue(i, kept.length, all[kept[i - 1]!], all[kept[i + 1]!]));
      try {
        written += this.#block(body as Node[], inner);
      } catch (error) {
        if (!(error instanceof LoopExit)) throw error;
        written += error.written;
        if (error.ends) break;
      }
      this.#work.limit(written.length);
    }
    return written;
  }

  /** The variables of one round of a loop. */
  #round(loopvar: Node, item: Value, scope: Scope): Scope {
    this.#work.spend(ROUND_LENGTH);
    const inner = new LightScope(scope);
    if (loopvar.type === "Identifier") {
      inner.setVariable(loopvar["value"] as string, item);
      return inner;
    }
    const names = (loopvar["value"] as Node[]).map(({ value }) => value as string);
    const parts = elementsOf(item);
    if (parts?.length !== names.length)
      throw new Error(
        `a loop over ${names.join(", ")} must get as many values each; got ${parts?.length ?? item.type}`,
      );
    for (const [i, name] of names.entries()) inner.setVariable(name, parts[i]!);
    return inner;
  }

  #binary(node: Node, scope: Scope): Value {
    const { value: operator } = node["operator"] as { readonly value: string };
    if (!["==", "!=", "in", "not in", "~", "*"].includes(operator)) return super.evaluate(node, scope);
    const [left, right] = ["left", "right"].map((side) => this.evaluate(node[side] as Node, scope)) as [Value, Value];
    if (operator === "==" || operator === "!=") return valueOf(equal(left, right, this.#work) === (operator === "=="));
    if (operator === "~") return text(written(left, this.#work) + written(right, this.#work));
    if (operator === "*") {
      const [plain, count] = isText(left) ? [left, right] : [right, left];
      if (!isText(plain) || count.type !== "IntegerValue") return this.#again(node, { left, right }, scope);
      const times = Math.max(0, count.value as number);
      this.#work.limit(plain.value.length * times);
      return text(plain.value.repeat(times));
    }
    return valueOf(this.#holds(right, left) === (operator === "in"));
  }

  /** Python's `in`. */
  #holds(whole: Value, part: Value): boolean {
    if (isList(whole)) return whole.value.some((item) => equal(item, part, this.#work));
    if (isDict(whole)) return isText(part) && whole.value.has(part.value);
    if (isText(whole) && isText(part)) return whole.value.includes(part.value);
    if (isNothing(whole)) return false;
    throw new Error(`"in" must look into a list, a dictionary or a text; got ${whole.type}`);
  }

  #call(node: Node, scope: Scope): Value {
    if (++this.#depth > DEEPEST) throw new Error(`its macros must call each other at most ${DEEPEST} levels deep`);
    try {
      return this.#called(node, scope);
    } finally {
      this.#depth--;
    }
  }

  #called(node: Node, scope: Scope): Value {
    const { callee } = node as unknown as { readonly callee: Node };
    const given = this.#arguments(node["args"] as Node[], scope);
    if (callee.type === "Identifier" && callee["value"] === "dict") {
      const made = valueOf({}) as DictValue;
      for (const [key, value] of given.named) made.value.set(key, value);
      return made;
    }
    if (callee.type !== "MemberExpression" || callee["computed"] === true)
      return this.#again(node, { args: nodesOf(given) }, scope);
    const object = this.evaluate(callee["object"] as Node, scope);
    const { value: name } = callee["property"] as { readonly value: string };
    const own = Object.hasOwn(METHODS, name) ? METHODS[name]!(object, given, this.#work) : undefined;
    const again = { callee: nodeLike(callee, { object: nodeOf(object) }), args: nodesOf(given) };
    return own ?? this.#again(node, again, scope);
  }

  #filter(node: Node, operand: Value, scope: Scope): Value {
    const filter = node["filter"] as Node;
    const isCall = filter.type === "CallExpression";
    const { value: name } = (isCall ? filter["callee"] : filter) as { readonly value: string };
    const given = this.#arguments(isCall ? (filter["args"] as Node[]) : [], scope);
    if (name === "map" && given.list[0]) return this.#map(operand, given, scope);
    const own = Object.hasOwn(FILTERS, name) ? FILTERS[name]!(operand, given, this.#work) : undefined;
    if (own) return own;
    // the library knows most filters by name alone, and its selectattr takes texts of the template only
    const bare = isCall && given.list.length === 0 && given.named.size === 0 ? filter["callee"] : filter;
    const kept = !isCall || bare !== filter || name === "selectattr" || name === "rejectattr";
    const again = kept ? bare : nodeLike(filter, { args: nodesOf(given) });
    return super.evaluate(nodeLike(PRINTED, { operand: nodeOf(operand), filter: again }), scope);
  }

  /** `map("filter", …)`: a filter of each element. */
  #map(operand: Value, { list, named }: Arguments, scope: Scope): Value {
    const [name, ...rest] = list;
    const items = elementsOf(operand);
    if (!items || !name || !isText(name)) throw new Error("map must get a list, and the name of a filter or attribute");
    const callee = nodeLike(PRINTED["filter"] as Node, { value: name.value });
    const filter = { type: "CallExpression", callee, args: nodesOf({ list: rest, named }) } as unknown as Node;
    return listOf(items.map((item) => this.#filter(nodeLike(PRINTED, { filter }), item, scope)));
  }

  #test(node: Node, scope: Scope): Value {
    const { value: name } = node["test"] as { readonly value: string };
    const operand = this.evaluate(node["operand"] as Node, scope);
    if (name !== "iterable" && name !== "float") return this.#again(node, { operand: nodeOf(operand) }, scope);
    const holds = name === "float" ? operand.type === "FloatValue" : elementsOf(operand) !== undefined;
    return valueOf(holds !== (node["negate"] === true));
  }

  #arguments(nodes: readonly Node[], scope: Scope): Arguments {
    const list: Value[] = [];
    const named = new Map<string, Value>();
    for (const node of nodes) {
      if (node.type === "KeywordArgumentExpression")
        named.set((node["key"] as { value: string }).value, this.evaluate(node["value"] as Node, scope));
      else if (node.type === "KeywordSpreadExpression") {
        const all = this.evaluate(node["argument"] as Node, scope);
        if (isDict(all)) for (const [name, value] of all.value) named.set(name, value);
      } else if (node.type === "SpreadExpression")
        list.push(...(elementsOf(this.evaluate(node["argument"] as Node, scope)) ?? []));
      else list.push(this.evaluate(node, scope));
    }
    return { list, named };
  }

  /** The library's own way, with what was evaluated already. */
  #again(node: Node, evaluated: Readonly<Record<string, unknown>>, scope: Scope): Value {
    const known = Object.entries(evaluated).map(([name, value]) => [name, isValue(value) ? nodeOf(value) : value]);
    return super.evaluate(nodeLike(node, Object.fromEntries(known) as Record<string, unknown>), scope);
  }
}

function loopValue(i: number, length: number, before: Value | undefined, after: Value | undefined): Value {
  const loop = valueOf({
    index: i + 1,
    index0: i,
    revindex: length - i,
    revindex0: length - i - 1,
    first: i === 0,
    last: i === length - 1,
    length,
  }) as DictValue;
  loop.value.set("previtem", before ?? UNDEFINED);
  loop.value.set("nextitem", after ?? UNDEFINED);
  return loop;
}

const isValue = (value: unknown): value is Value =>
  typeof value === "object" && value !== null && typeof (value as Partial<Value>).__bool__ === "function";

/** A node whose value is known. */
function nodeOf(value: Value): Node {
  return { type: "Value", value } as unknown as Node;
}

/** Arguments whose values are known. */
function nodesOf({ list, named }: Arguments): Node[] {
  const keywords = [...named].map(
    ([name, value]) =>
      ({ type: "KeywordArgumentExpression", key: { value: name }, value: nodeOf(value) }) as unknown as Node,
  );
  return [...list.map(nodeOf), ...keywords];
}

/** The same node, of the library's class, with other fields. */
export function nodeLike(node: Node, fields: Readonly<Record<string, unknown>>): Node {
  return Object.assign(Object.create(Object.getPrototypeOf(node) as object) as Node, node, fields);
}
