// The binary of a module: one imported memory ("host" "memory"), functions, and `main` exported.
import { type Code, unsigned } from "./opcodes.ts";

export interface CompiledFunction {
  readonly name: string;
  readonly params: readonly number[];
  readonly result: number | undefined;
  readonly locals: readonly number[];
  readonly code: Code;
}

/** 4 GiB, the most a 32-bit address reaches. */
export const maximumPages = 65536;

export function assemble(functions: readonly CompiledFunction[], shared: boolean): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params, result }) => [0x60, list(params), list(result === undefined ? [] : [result])]);
  const memory = [text("host"), text("memory"), 2, shared ? [3, 1, unsigned(maximumPages)] : [0, 1]];
  const main = functions.findIndex(({ name }) => name === "main");
  const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  flatten(section(1, types), bytes);
  flatten(section(2, [memory]), bytes);
  flatten(
    section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    bytes,
  );
  flatten(section(7, [[text("main"), 0, unsigned(main)]]), bytes);
  flatten(section(10, functions.map(body)), bytes);
  return new Uint8Array(bytes);
}

function body({ locals, code }: CompiledFunction): Code {
  // Runs of one type share an entry.
  const runs: [count: number, type: number][] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0]++;
    else runs.push([1, type]);
  }
  return sized([list(runs.map(([count, type]) => [unsigned(count), type])), code, 0x0b]);
}

function section(id: number, items: readonly Code[]): Code {
  return [id, sized(list(items))];
}

function list(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function sized(code: Code): Code {
  const bytes = flatten(code, []);
  return [unsigned(bytes.length), bytes];
}

function text(name: string): Code {
  return [unsigned(name.length), [...name].map((letter) => letter.charCodeAt(0))];
}

function flatten(code: Code, bytes: number[]): number[] {
  if (typeof code === "number") bytes.push(code);
  else for (const part of code) flatten(part, bytes);
  return bytes;
}
