// A pickle reader that runs nothing: it builds numbers, texts, lists, tuples and dicts, and hands every global and every call to its
// caller, who knows a few names and refuses the rest. Opcodes of protocol 2 to 4 that torch.save writes.

import { CheckpointError } from "@x/tensor/core";

/** A global that the pickle names; only a name here, never code. */
export class PickleGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the caller decides. Each throws to refuse. */
export interface PickleHooks {
  /** may this global be named? */
  allow(name: string): boolean;
  call(name: string, args: readonly unknown[]): unknown;
  persistent(id: unknown): unknown;
}

const MARK = Symbol("mark");

/** What a pickle holds, and the number of bytes that it takes. */
export interface ReadPickle<T = unknown> {
  readonly value: T;
  readonly end: number;
}

/** The bytes end before the pickle does. */
export class PickleCutOff extends CheckpointError {}

/**
 * Reads the pickle that bytes begin with. Dicts become Maps, lists and tuples arrays, whole numbers that a double cannot hold bigints.
 *
 * @throws PickleCutOff, CheckpointError
 */
export function readPickle(bytes: Uint8Array, hooks: PickleHooks): ReadPickle {
  try {
    return run(bytes, hooks);
  } catch (cause) {
    // DataView raises RangeError past the end
    if (!(cause instanceof RangeError)) throw cause;
    throw new PickleCutOff("pickle: ends in the middle of an instruction. The file is truncated or damaged.", {
      cause,
    });
  }
}

function run(bytes: Uint8Array, hooks: PickleHooks): ReadPickle {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = 0;

  const fail = (what: string): never => {
    throw new CheckpointError(`pickle: ${what} (at byte ${at}).`, { got: at });
  };
  const take = (count: number): number => {
    if (at + count > bytes.length) throw new RangeError("past the end");
    at += count;
    return at - count;
  };
  const text = (count: number): string => {
    const begin = take(count);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(begin, begin + count));
    } catch {
      return fail("a text is not UTF-8");
    }
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end === -1) throw new RangeError("past the end");
    const result = text(end - at);
    at++;
    return result;
  };
  const pop = (): unknown =>
    stack.length === 0 || stack.at(-1) === MARK ? fail("takes from an empty stack") : stack.pop();
  const popMany = (count: number): unknown[] => Array.from({ length: count }, pop).reverse();
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark === -1) fail("has no mark");
    const items = stack.splice(mark + 1);
    stack.pop();
    return items;
  };
  const global = (name: string): PickleGlobal =>
    hooks.allow(name) ? new PickleGlobal(name) : fail(`the global "${name}" is not allowed`);
  const top = (): unknown => (stack.length === 0 ? fail("takes from an empty stack") : stack.at(-1));
  const setItems = (items: readonly unknown[]): void => {
    const dict = top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) return fail("sets items of what is no dict");
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  };
  const append = (items: readonly unknown[]): void => {
    const list = top();
    if (!Array.isArray(list)) return fail("appends to what is no list");
    for (const item of items) list.push(item);
  };
  const recall = (key: number): void => {
    if (!memo.has(key)) fail(`recalls ${key}, which was not kept`);
    stack.push(memo.get(key));
  };
  const long = (count: number): number | bigint => {
    const begin = take(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[begin + i]!);
    const signed = BigInt.asIntN(8 * count, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  };
  const call = (callee: unknown, args: unknown): unknown => {
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) return fail("calls what is no global");
    return hooks.call(callee.name, args as readonly unknown[]);
  };

  const instructions: Readonly<Record<number, () => void>> = {
    0x80: () => void take(1), // PROTO
    0x95: () => void take(8), // FRAME
    0x28: () => void stack.push(MARK),
    0x4e: () => void stack.push(null),
    0x88: () => void stack.push(true),
    0x89: () => void stack.push(false),
    0x4a: () => void stack.push(view.getInt32(take(4), true)),
    0x4b: () => void stack.push(view.getUint8(take(1))),
    0x4d: () => void stack.push(view.getUint16(take(2), true)),
    0x8a: () => void stack.push(long(view.getUint8(take(1)))),
    0x47: () => void stack.push(view.getFloat64(take(8), false)),
    0x58: () => void stack.push(text(view.getUint32(take(4), true))),
    0x8c: () => void stack.push(text(view.getUint8(take(1)))),
    0x7d: () => void stack.push(new Map()),
    0x5d: () => void stack.push([]),
    0x29: () => void stack.push([]),
    0x74: () => void stack.push(popToMark()),
    0x85: () => void stack.push(popMany(1)),
    0x86: () => void stack.push(popMany(2)),
    0x87: () => void stack.push(popMany(3)),
    0x73: () => setItems(popMany(2)),
    0x75: () => setItems(popToMark()),
    0x61: () => append(popMany(1)),
    0x65: () => append(popToMark()),
    0x71: () => void memo.set(view.getUint8(take(1)), top()),
    0x72: () => void memo.set(view.getUint32(take(4), true), top()),
    0x94: () => void memo.set(memo.size, top()),
    0x68: () => recall(view.getUint8(take(1))),
    0x6a: () => recall(view.getUint32(take(4), true)),
    0x63: () => void stack.push(global(`${line()}.${line()}`)),
    0x93: () => void stack.push(global(popMany(2).join("."))),
    0x51: () => void stack.push(hooks.persistent(pop())),
    0x52: () => {
      const [callee, args] = popMany(2);
      stack.push(call(callee, args));
    },
    0x62: () => void pop(), // BUILD: the attributes of an OrderedDict (torch's _metadata) carry no data
  };

  for (;;) {
    const opcode = view.getUint8(take(1));
    if (opcode === 0x2e) return { value: pop(), end: at };
    const instruction =
      instructions[opcode] ?? fail(`the instruction 0x${opcode.toString(16).padStart(2, "0")} is not allowed`);
    instruction();
  }
}
