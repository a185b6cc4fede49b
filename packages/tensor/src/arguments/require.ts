// The doors of exported functions: an argument of another kind than what is read of it is refused by name, in one
// sentence. Tensors have theirs in require-tensors.ts.
import { describeValue, surplusArgument } from "@x/base";
import { ConfigError } from "../errors.ts";

/**
 * Raises about an argument beyond those that a function reads, such as options that it has not. What `map` and `reduce`
 * pass along beside elements is let through. @throws ConfigError that says which one
 */
export function requireArity(op: string, given: ArrayLike<unknown>, most: number): void {
  if (given.length <= most) return;
  const problem = surplusArgument(op, given, most);
  if (problem !== undefined) throw new ConfigError(problem, { op, got: given[most] });
}

type Loose = (...args: readonly unknown[]) => unknown;

/**
 * What a function gives back to be called, a function or an object of them, with {@link requireArity} in each: so it
 * refuses arguments that it does not read, as exported functions do. What has a default value does not count as read.
 *
 * @param op the name in errors, before the names of methods
 * @returns for an object itself, its methods replaced
 */
export function strict<T extends object>(op: string, made: T): T {
  const checked = (typeof made === "function" ? strictCall(op, made as Loose) : made) as Record<string, unknown>;
  for (const [name, value] of Object.entries(made))
    checked[name] = typeof value === "function" ? strict(`${op}.${name}`, value as Loose) : value;
  return checked as T;
}

/** It says the same length, so that it can be made strict again. */
function strictCall(op: string, call: Loose): object {
  const { length } = call;
  const checked = function (this: unknown, ...given: readonly unknown[]): unknown {
    requireArity(op, given, length);
    return call.apply(this, given as unknown[]);
  };
  return Object.defineProperty(checked, "length", { value: length });
}

/** Raises unless `value` is a function. @throws ConfigError that names it */
export function requireFunction(op: string, name: string, value: unknown): void {
  if (typeof value !== "function") refuse(op, name, "a function", value);
}

/**
 * Raises unless `value` is an object whose fields are read: options, or what `name` says. @throws ConfigError that
 * names it
 */
export function requireOptions(op: string, value: unknown, name = "options"): void {
  // a platform's object such as a GPUBuffer has fields too; what is in a list, a Map or a date is in none
  const hasFields =
    typeof value === "object" && value !== null && !(Symbol.iterator in value) && !(value instanceof Date);
  if (!hasFields) refuse(op, name, "an object", value);
}

/**
 * Raises unless `value` is an object with these methods. @param what it should be, "an optimizer" @throws ConfigError
 * that names it and the method
 */
export function requireMethods(
  op: string,
  name: string,
  value: unknown,
  what: string,
  methods: readonly string[],
): void {
  if (typeof value !== "object" || value === null) refuse(op, name, what, value);
  requireArray("requireMethods", "methods", methods);
  const missing = methods.find((method) => typeof (value as Readonly<Record<string, unknown>>)[method] !== "function");
  if (missing !== undefined) refuse(op, name, `${what}, with the method ${missing}`, value);
}

/**
 * Raises unless `value` is an instance of a class. @param what it should be, "a Builder" @throws ConfigError that names
 * it
 */
export function requireInstance(
  op: string,
  name: string,
  value: unknown,
  kind: abstract new (...args: never) => unknown,
  what: string,
): void {
  if (typeof kind !== "function" || typeof kind.prototype !== "object")
    refuse("requireInstance", "kind", "a class", kind);
  if (!(value instanceof kind)) refuse(op, name, what, value);
}

/** Raises unless `value` is a Map. @throws ConfigError that names it */
export function requireMap(op: string, name: string, value: unknown): void {
  if (!(value instanceof Map)) refuse(op, name, "a Map", value);
}

/** Raises unless `value` can be iterated, as arrays, Sets and generators can. @throws ConfigError that names it */
export function requireIterable(op: string, name: string, value: unknown): void {
  if (
    typeof (value as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] !== "function" ||
    typeof value === "string"
  )
    refuse(op, name, "an array, or something else that can be iterated", value);
}

/** Raises unless `value` is an array, or a typed array. @throws ConfigError that names it */
export function requireArray(op: string, name: string, value: unknown): void {
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView)))
    refuse(op, name, "an array", value);
}

/** Raises unless `value` is a text. @throws ConfigError that names it */
export function requireText(op: string, name: string, value: unknown): void {
  if (typeof value !== "string") refuse(op, name, "a string", value);
}

/** Raises unless `value` is a whole number from `least` to `most`. @throws ConfigError that names it */
export function requireCount(
  op: string,
  name: string,
  value: unknown,
  least = 0,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  refuse(
    op,
    name,
    `a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}`,
    value,
  );
}

/**
 * Raises unless `value` is a number, never NaN, that holds what `must` says.
 *
 * @param must what it must be, in words: "a finite number above 0"
 * @throws ConfigError that names it
 */
export function requireNumber(
  op: string,
  name: string,
  value: unknown,
  must = "a finite number",
  holds: (value: number) => boolean = Number.isFinite,
): void {
  requireFunction("requireNumber", "holds", holds);
  if (typeof value !== "number" || Number.isNaN(value) || !holds(value)) refuse(op, name, must, value);
}

/** Raises unless `value` is true or false. @throws ConfigError that names it */
export function requireFlag(op: string, name: string, value: unknown): void {
  if (typeof value !== "boolean") refuse(op, name, "true or false", value);
}

/** Raises unless `value` is a device. @throws ConfigError that names it */
export function requireDevice(op: string, value: unknown): void {
  requireMethods(op, "device", value, "a device, of cpuDevice() or webgpuDevice()", ["allocate", "upload"]);
}

function refuse(op: string, name: string, must: string, got: unknown): never {
  throw new ConfigError(`${op}: ${name} must be ${must}; got ${describeValue(got)}.`, { op, field: name, got });
}
