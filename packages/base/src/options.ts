// Options objects: an unknown key is an error of the caller, and is named.

/**
 * Every key of an options type, checked by the compiler to be complete: "nullable" where null says something, "boolean",
 * "function" and "signal" where it is one, true where the function itself looks at the value.
 */
export type OptionKeys<O> = { readonly [K in keyof Required<O>]: OptionKind<O[K]> };

/** `any` is neither: what it is, its function looks at. */
type OptionKind<V> = 0 extends 1 & V
  ? true
  : null extends V
    ? "nullable"
    : [V] extends [boolean | undefined]
      ? "boolean"
      : [V] extends [((...args: never) => unknown) | undefined]
        ? "function"
        : [V] extends [AbortSignal | undefined]
          ? "signal"
          : true;

/** The keys that a function reads, without their types. */
export type KnownKeys = Readonly<Record<string, true | "nullable" | keyof typeof KINDS>>;

/** What a value of a kind must be, and whether it is. */
const KINDS: Readonly<
  Record<"boolean" | "function" | "signal", readonly [must: string, is: (value: unknown) => boolean]>
> = {
  boolean: ["true or false", (value) => typeof value === "boolean"],
  function: ["a function", (value) => typeof value === "function"],
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
};

/**
 * Says which key of `options` is not known, which is null where only a value, or none, says something, which is not of
 * its kind, or that `options` is not an object of options at all. Packages raise the sentence in an error class of their own.
 *
 * @param op the function that was called, as the caller knows it
 * @param known every key that is read
 * @returns a sentence, or undefined when all is well
 * @example
 * console.log(unknownOption("forward", { seqIds: [0] }, { seqIdx: true })); // forward: options must be among seqIdx; got "seqIds". Did you mean "seqIdx"?
 */
export function unknownOption(op: string, options: unknown, known: KnownKeys): string | undefined {
  if (typeof known !== "object" || known === null)
    throw new TypeError(
      `unknownOption: known must be an object with every key that ${op} reads; got ${describeValue(known)}.`,
    );
  if (options === undefined) return undefined;
  const names = Object.keys(known);
  if (!isRecord(options))
    return `${op}: options must be an object with ${names.join(", ") || "no keys"}; got ${describeValue(options)}.`;
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, key)) {
      const near = nearest(key, names);
      return `${op}: options must be among ${names.join(", ") || "none"}; got ${JSON.stringify(key)}.${near === undefined ? "" : ` Did you mean "${near}"?`}`;
    }
    const kind = known[key]!;
    if (value === null && kind !== "nullable") return `${op}: ${key} must be left out to have its default; got null.`;
    const [must, is] = KINDS[kind as keyof typeof KINDS] ?? [];
    if (value !== undefined && is?.(value) === false)
      return `${op}: ${key} must be ${must}; got ${describeValue(value)}.`;
  }
  return undefined;
}

/**
 * Says which argument a function was given beyond those that it reads, or undefined when there is none. What iteration
 * passes along is none: `xs.map(exp)` and `xs.reduce(add)` give the index and the array after the element. An index alone, as
 * `Array.from(xs, exp)` gives, is one: `exp(x, 2)` would look the same.
 *
 * @param op the function that was called, as the caller knows it
 * @param given its arguments
 * @param most how many it reads
 * @returns a sentence, or undefined when all is well
 * @example
 * console.log(surplusArgument("exp", [x, { axis: 0 }], 1)); // exp: must be given at most 1 argument; got an object with axis as argument 2.
 */
export function surplusArgument(op: string, given: ArrayLike<unknown>, most: number): string | undefined {
  let at = most;
  while (at < given.length && given[at] === undefined) at++;
  if (at >= given.length || isIterated(given, most)) return undefined;
  const value = given[at];
  const keys = isRecord(value) && describeValue(value) === "an object" ? Object.keys(value).join(", ") : "";
  return `${op}: must be given at most ${most} argument${most === 1 ? "" : "s"}; got ${describeValue(value)}${keys && ` with ${keys}`} as argument ${at + 1}.`;
}

/** Whether what follows the first `most` arguments is an index, with the array that holds the last of them there. */
function isIterated(given: ArrayLike<unknown>, most: number): boolean {
  const index = given[most];
  const array = given[most + 1];
  return (
    given.length === most + 2 &&
    Number.isSafeInteger(index) &&
    (Array.isArray(array) || ArrayBuffer.isView(array)) &&
    Object.is((array as ArrayLike<unknown>)[index as number], given[most - 1])
  );
}

/**
 * A plain object or a class's instance that holds options; no array, Map, Set, date or typed array, whose contents
 * would be ignored.
 */
function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]";
}

/**
 * A value in a few words, for the end of an error's sentence.
 *
 * @example
 * console.log(describeValue(new Map()), describeValue("a"), describeValue([1, 2])); // a Map "a" an array of 2
 */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "function")
    return withArticle(
      Object.prototype.toString
        .call(value)
        .slice(8, -1)
        .replace(/\B[A-Z]/g, " $&")
        .toLowerCase(), // [object AsyncFunction] is an async function
    );
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name: unknown = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor
    ?.name;
  if (typeof name !== "string" || name === "" || name === "Object") return "an object";
  return withArticle(name);
}

function withArticle(name: string): string {
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

/** The known name that differs least, when it differs by at most a third of its letters. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const distance = (candidate: string): number => editDistance(name.toLowerCase(), candidate.toLowerCase());
  const [best] = names.toSorted((a, b) => distance(a) - distance(b));
  return best !== undefined && distance(best) <= Math.max(1, best.length / 3) ? best : undefined;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = current;
  }
  return previous[b.length]!;
}
