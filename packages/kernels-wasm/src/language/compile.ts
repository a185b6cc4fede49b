// From kernel text to a WebAssembly module. Function calls are replaced by their bodies (engines do not inline
// WebAssembly), vector constants are kept in locals (some engines make them again in every pass of a loop).
import { KernelError, checkKernelOptions, requireArguments } from "@x/base";
import { libraryFunction } from "../functions.ts";
import { type Builder, builtins, scalarLiteral, type Value } from "./builtins.ts";
import { assemble, type CompiledFunction } from "./module.ts";
import {
  binaryOperation,
  type Code,
  functionOperation,
  isFunctionOperation,
  isVector,
  simd,
  unaryOperation,
  unsigned,
  valueType,
} from "./opcodes.ts";
import { parseFunctions } from "./parse.ts";
import type { Expr, FunctionNode, Statement, Type } from "./syntax.ts";

/** What varies between engines. */
export interface CompileOptions {
  /** relaxed SIMD: a·b + c in one instruction */
  readonly fma: boolean;
  /** the memory is shared between threads */
  readonly shared: boolean;
}

type Binding = { readonly type: Type; readonly mutable: boolean } & (
  | { readonly local: number }
  | { readonly literal: number }
);

function fail(message: string): never {
  throw new KernelError(`kernel text: ${message}`, { kind: "compile" });
}

/** Raises about a function or operator that WGSL has and this language lacks, at all or for a type. */
function unsupported(message: string): never {
  throw new KernelError(`kernel text: ${message}`, { kind: "unsupported" });
}

/** One function of the module, with everything it calls inlined. */
class FunctionCompiler implements Builder {
  readonly fma: boolean;
  readonly #node: FunctionNode;
  readonly #functions: ReadonlyMap<string, FunctionNode>;
  readonly #called: readonly FunctionNode[];
  readonly #locals: Type[] = [];
  readonly #constants = new Map<string, { readonly local: number; readonly code: Code }>();
  #scope = new Map<string, Binding>();

  constructor(
    node: FunctionNode,
    functions: ReadonlyMap<string, FunctionNode>,
    called: readonly FunctionNode[],
    fma: boolean,
  ) {
    this.fma = fma;
    this.#node = node;
    this.#functions = functions;
    this.#called = called;
  }

  compile(): CompiledFunction {
    const { name, params, result, body } = this.#node;
    params.forEach(({ name: param, type }, local) => this.#scope.set(param, { type, mutable: true, local }));
    const code = this.#body(body, result);
    const constants = [...this.#constants.values()].map(({ local, code: value }) => [value, 0x21, unsigned(local)]);
    const types = {
      params: params.map(({ type }) => valueType(type)),
      result: result && valueType(result),
      locals: this.#locals.map(valueType),
    };
    return { name, ...types, code: [constants, code] };
  }

  local(type: Type): number {
    return this.#node.params.length + this.#locals.push(type) - 1;
  }

  literal(node: Expr): number | undefined {
    if (node.kind === "number") return node.value;
    if (node.kind === "binary" && "+-*".includes(node.op)) {
      const [a, b] = [this.literal(node.a), this.literal(node.b)];
      if (a !== undefined && b !== undefined) return node.op === "+" ? a + b : node.op === "-" ? a - b : a * b;
    }
    if (node.kind !== "name") return undefined;
    const binding = this.#scope.get(node.name);
    return binding && "literal" in binding ? binding.literal : undefined;
  }

  constant(lanes: ArrayBuffer, type: Type): Value {
    const bytes = [...new Uint8Array(lanes)];
    const key = bytes.join();
    let constant = this.#constants.get(key);
    if (!constant) this.#constants.set(key, (constant = { local: this.local(type), code: [simd(12), bytes] }));
    return { type, code: [0x20, unsigned(constant.local)] };
  }

  as({ type: from, code }: Value, type: Type): Code {
    if (from === type) return code;
    if (from === "f32" && type === "vec4f") return [code, simd(19)];
    if ((from === "i32" || from === "u32") && (type === "vec4i" || type === "vec4u")) return [code, simd(17)];
    if (from === "f32" && type === "vec2d") return [code, 0xbb, simd(20)];
    return fail(`a ${type} must stand here; got a ${from} (in ${this.#node.name}).`);
  }

  value(node: Expr, want?: Type): Value {
    const literal = this.literal(node);
    if (literal !== undefined) return this.#number(literal, this.#literalType(node, want));
    switch (node.kind) {
      case "number":
        return fail("unreachable");
      case "name": {
        const binding = this.#scope.get(node.name);
        if (!binding || !("local" in binding))
          return fail(`"${node.name}" must be declared before it is used (in ${this.#node.name}).`);
        return { type: binding.type, code: [0x20, unsigned(binding.local)] };
      }
      case "lane": {
        const vector = this.value(node.a);
        const type = vector.type === "vec4f" ? "f32" : vector.type === "vec4u" ? "u32" : "i32";
        return { type, code: [vector.code, simd(type === "f32" ? 31 : 27), node.lane] };
      }
      case "unary": {
        const a = this.value(node.a, want);
        const operation =
          unaryOperation(node.op, a.type) ??
          unsupported(`${node.op} must have an operand it is defined for; got a ${a.type}.`);
        return { type: operation.type, code: [a.code, operation.code] };
      }
      case "binary":
        return this.#binary(node.op, node.a, node.b, want);
      case "call": {
        const value = this.#call(node.name, node.args, want);
        return "type" in value ? value : fail(`${node.name} leaves no value.`);
      }
    }
  }

  #number(value: number, type: Type): Value {
    if (!isVector(type)) return { type, code: scalarLiteral(value, type) };
    const lanes = new Array<number>(4).fill(value);
    if (type === "vec2d") return this.constant(new Float64Array(lanes.slice(2)).buffer, type);
    return this.constant((type === "vec4f" ? new Float32Array(lanes) : new Int32Array(lanes)).buffer, type);
  }

  #literalType(node: Expr, want: Type | undefined): Type {
    const binding = node.kind === "name" ? this.#scope.get(node.name) : undefined;
    const own = binding?.type ?? (node.kind === "number" && node.float ? "f32" : "u32");
    return want === undefined || want === "bool" || want === "vec4b" ? own : want;
  }

  #binary(op: string, left: Expr, right: Expr, want: Type | undefined): Value {
    // A comparison's operands are not of the type that is wanted of it.
    const hint = /^([<>=!]=?|&&|\|\|)=?$/.test(op) ? undefined : want;
    const first = this.literal(left) === undefined ? this.value(left, hint) : undefined;
    if ((op === "<<" || op === ">>") && (first?.type === "vec4i" || first?.type === "vec4u")) {
      return {
        type: first.type,
        code: [first.code, this.value(right, "u32").code, binaryOperation(op, first.type)!.code],
      };
    }
    const b = this.value(right, first?.type ?? hint);
    const a = first ?? this.value(left, b.type);
    const type = isVector(a.type) ? a.type : isVector(b.type) ? b.type : a.type;
    const operation =
      binaryOperation(op, type) ??
      unsupported(`${op} must have operands it is defined for; got ${a.type} and ${b.type}.`);
    return { type: operation.type, code: [this.as(a, type), this.as(b, type), operation.code] };
  }

  #call(name: string, args: readonly Expr[], want?: Type): Value | { readonly code: Code } {
    const builtin = builtins[name];
    if (builtin) {
      const result = builtin(this, args);
      return typeof result === "object" && "type" in result ? result : { code: result };
    }
    if (isFunctionOperation(name)) {
      const known = args.map((arg) => (this.literal(arg) === undefined ? this.value(arg, want) : undefined));
      const type =
        known.find((value) => value && isVector(value.type))?.type ??
        known.find((value) => value)?.type ??
        want ??
        "f32";
      if ((name === "min" || name === "max") && (type === "u32" || type === "i32"))
        return this.#call(`${name}_${type}`, args);
      const operation =
        functionOperation(name, type) ?? unsupported(`${name} must have an argument it is defined for; got a ${type}.`);
      return {
        type,
        code: [known.map((value, i) => this.as(value ?? this.value(args[i]!, type), type)), operation.code],
      };
    }
    const own = this.#called.findIndex((node) => node.name === name);
    if (own >= 0) {
      const { params, result } = this.#called[own]!;
      const code = [params.map(({ type }, i) => this.as(this.value(args[i]!, type), type)), 0x10, unsigned(own)];
      return result ? { type: result, code } : { code };
    }
    const node =
      this.#functions.get(name) ??
      libraryFunction(name) ??
      unsupported(`"${name}" must be a function; there is none of that name.`);
    return this.#inline(node, args);
  }

  /** The body of a function in place of a call. A function of vectors given only scalars computes one lane. */
  #inline({ name, params, result, body }: FunctionNode, args: readonly Expr[]): Value | { readonly code: Code } {
    if (args.length !== params.length) fail(`${name} must get ${params.length} arguments; got ${args.length}.`);
    const values = args.map((arg, i) =>
      this.literal(arg) === undefined ? this.value(arg, params[i]!.type) : undefined,
    );
    const vectors = values.filter((_, i) => params[i]!.type === "vec4f");
    const lifted =
      result === "vec4f" &&
      vectors.some((value) => value?.type === "f32") &&
      vectors.every((value) => value?.type !== "vec4f");
    const scope = new Map<string, Binding>();
    const before: Code[] = [];
    params.forEach(({ name: param, type }, i) => {
      const arg = args[i]!;
      const value = values[i];
      const binding = arg.kind === "name" ? this.#scope.get(arg.name) : undefined;
      if (!value) scope.set(param, { type, mutable: false, literal: this.literal(arg)! });
      else if (binding && "local" in binding && value.type === type) scope.set(param, { ...binding, mutable: false });
      else {
        const local = this.local(type);
        before.push(this.as(value, type), 0x21, unsigned(local));
        scope.set(param, { type, mutable: false, local });
      }
    });
    const outer = this.#scope;
    this.#scope = scope;
    const code = [before, this.#body(body, result)];
    this.#scope = outer;
    if (!result) return { code };
    return lifted ? { type: "f32", code: [code, simd(31), 0] } : { type: result, code };
  }

  /** Statements; a function with a result ends with its `return`. */
  #body(body: readonly Statement[], result: Type | undefined): Code {
    const last = body.at(-1);
    if (result === undefined) return body.map((statement) => this.#statement(statement));
    if (last?.kind !== "return") return fail("a function with a result must end with return.");
    const statements = body.slice(0, -1).map((statement) => this.#statement(statement));
    return [statements, this.as(this.value(last.value, result), result)];
  }

  #statement(statement: Statement): Code {
    switch (statement.kind) {
      case "block": {
        const outer = this.#scope;
        this.#scope = new Map(outer);
        const code = statement.body.map((inner) => this.#statement(inner));
        this.#scope = outer;
        return code;
      }
      case "declare": {
        // Texts are put together from pieces: a name that hides another would silently take its place in a piece.
        if (this.#scope.has(statement.name))
          return fail(`"${statement.name}" must be a new name; it is declared already (in ${this.#node.name}).`);
        const value = this.value(statement.value, statement.type);
        const type = statement.type ?? value.type;
        const local = this.local(type);
        const code = [this.as(value, type), 0x21, unsigned(local)];
        this.#scope.set(statement.name, { type, mutable: statement.mutable, local });
        return code;
      }
      case "assign": {
        const binding = this.#scope.get(statement.name);
        if (!binding?.mutable || !("local" in binding))
          return fail(`"${statement.name}" must be a var to be assigned (in ${this.#node.name}).`);
        return [this.as(this.value(statement.value, binding.type), binding.type), 0x21, unsigned(binding.local)];
      }
      case "if": {
        const condition = this.#condition(statement.condition);
        const otherwise = statement.otherwise ? [0x05, this.#statement(statement.otherwise)] : [];
        return [condition, 0x04, 0x40, this.#statement(statement.body), otherwise, 0x0b];
      }
      case "loop": {
        // if (condition) do { body; step } while (condition): one jump per pass.
        const outer = this.#scope;
        this.#scope = new Map(outer);
        const before = statement.before ? this.#statement(statement.before) : [];
        const condition = this.#condition(statement.condition);
        const body = this.#statement(statement.body);
        const step = statement.step ? this.#statement(statement.step) : [];
        const again = this.#condition(statement.condition);
        this.#scope = outer;
        return [before, condition, 0x04, 0x40, 0x03, 0x40, body, step, again, 0x0d, 0, 0x0b, 0x0b];
      }
      case "call": {
        const call = statement.call as Extract<Expr, { kind: "call" }>;
        const value = this.#call(call.name, call.args);
        return "type" in value ? [value.code, 0x1a] : value.code;
      }
      case "return":
        return fail("return must be the last statement of a function.");
    }
  }

  #condition(node: Expr): Code {
    const value = this.value(node);
    return value.type === "bool" ? value.code : fail(`a condition must be a bool; got a ${value.type}.`);
  }
}

/** Compiles a text whose `@call fn`s become functions of the module; the one called `main` is exported. */
export function compile(text: string, options: CompileOptions): Uint8Array<ArrayBuffer> {
  requireArguments("compileWasm", { text, options }, { text: "string", options: "object" });
  checkKernelOptions("compileWasm", options, { fma: "boolean", shared: "boolean" });
  const { fma, shared } = options;
  const nodes = parseFunctions(text);
  const functions = new Map(nodes.filter((node) => node.inline).map((node) => [node.name, node]));
  const called = nodes.filter((node) => !node.inline);
  return assemble(
    called.map((node) => new FunctionCompiler(node, functions, called, fma).compile()),
    shared,
  );
}
