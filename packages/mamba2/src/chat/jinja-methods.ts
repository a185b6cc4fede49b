// Methods and filters of texts, lists and dictionaries that @huggingface/jinja lacks, or has otherwise than Python and Jinja2.
import { UNDEFINED, type Value, valueOf } from "./jinja-library.ts";
import type { JinjaWork } from "./jinja-work.ts";
import {
  equal,
  isDict,
  isList,
  isNothing,
  isText,
  joined,
  listOf,
  stripped,
  text,
  toJson,
  written,
} from "./jinja-values.ts";

/** Arguments of a call, by place and by name. */
export interface Arguments {
  readonly list: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A method or filter, of a value that it knows; undefined where the library's own does. */
type Method = (value: Value, given: Arguments, work: JinjaWork) => Value | undefined;

/** More spaces than this are no indentation. */
const MOST_INDENT = 256;

/** The argument at a place, or of a name. */
function argument({ list, named }: Arguments, at: number, name?: string): Value | undefined {
  return list[at] ?? (name === undefined ? undefined : named.get(name));
}

function textArgument(given: Arguments, at: number, name?: string): string | undefined {
  const value = argument(given, at, name);
  return value && isText(value) ? value.value : undefined;
}

function indentOf(given: Arguments, at: number, name: string): number | undefined {
  const value = argument(given, at, name);
  if (value?.type !== "IntegerValue") return undefined;
  const width = value.value as number;
  if (width >= 0 && width <= MOST_INDENT) return width;
  throw new Error(`${name} must be from 0 to ${MOST_INDENT} spaces; got ${width}`);
}

/** Where Python's `splitlines` cuts. */
// oxlint-disable-next-line no-control-regex -- Python's ends of lines are such
const LINE_END = new RegExp("\\r\\n|[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]");

const strip =
  (ends: "both" | "left" | "right"): Method =>
  (value, given) =>
    isText(value) ? text(stripped(value.value, ends, textArgument(given, 0, "chars"))) : undefined;

const replace: Method = (value, given, work) => {
  const [before, after] = [textArgument(given, 0, "old"), textArgument(given, 1, "new")];
  const count = argument(given, 2, "count");
  if (!isText(value) || before === undefined || after === undefined) return undefined;
  const parts = before === "" ? ["", ...value.value, ""] : value.value.split(before);
  const most = count?.type === "IntegerValue" && (count.value as number) >= 0 ? (count.value as number) : Infinity;
  if (parts.length - 1 <= most) return text(joined(parts, after, work));
  const rest = parts.slice(most).join(before);
  return text(joined([...parts.slice(0, most), rest], after, work));
};

const capitalize: Method = (value) => {
  if (!isText(value)) return undefined;
  const [first = "", ...rest] = value.value;
  return text(first.toUpperCase() + rest.join("").toLowerCase());
};

/** The elements of what can be gone through: lists, the keys of dictionaries, the characters of texts. */
export function elementsOf(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value.value;
  if (isDict(value)) return [...value.value.keys()].map(text);
  if (isText(value)) return [...value.value].map(text);
  return isNothing(value) ? [] : undefined;
}

const countOf: Method = (value, given) => {
  const part = textArgument(given, 0);
  return isText(value) && part ? valueOf(value.value.split(part).length - 1) : undefined;
};

const itemsOf: Method = (value) => {
  if (isNothing(value)) return listOf([]);
  return isDict(value) ? listOf([...value.value].map(([key, item]) => listOf([text(key), item]))) : undefined;
};

const edge =
  (at: 0 | -1): Method =>
  (value) => {
    const items = elementsOf(value);
    return items && (items.at(at) ?? UNDEFINED);
  };

const defaulted: Method = (value, given) => {
  const falsy = argument(given, 1, "boolean")?.value === true && !value.__bool__().value;
  return isNothing(value) || falsy ? (argument(given, 0, "default_value") ?? text("")) : value;
};

/** Called as `value.name(…)`. */
export const METHODS: Readonly<Record<string, Method>> = {
  strip: strip("both"),
  lstrip: strip("left"),
  rstrip: strip("right"),
  replace,
  capitalize,
  count: countOf,
  find: (value, given) => {
    const part = textArgument(given, 0);
    return isText(value) && part !== undefined ? valueOf(value.value.indexOf(part)) : undefined;
  },
  join: (value, given, work) => {
    const items = given.list[0] && elementsOf(given.list[0]);
    if (!isText(value) || !items) return undefined;
    return text(
      joined(
        items.map((item) => written(item, work)),
        value.value,
        work,
      ),
    );
  },
  removeprefix: (value, given) => {
    const part = textArgument(given, 0);
    if (!isText(value) || part === undefined) return undefined;
    return text(value.value.startsWith(part) ? value.value.slice(part.length) : value.value);
  },
  removesuffix: (value, given) => {
    const part = textArgument(given, 0);
    if (!isText(value) || part === undefined) return undefined;
    const cut = part !== "" && value.value.endsWith(part);
    return text(cut ? value.value.slice(0, value.value.length - part.length) : value.value);
  },
  splitlines: (value) => {
    if (!isText(value)) return undefined;
    const lines = value.value.split(LINE_END);
    if (lines.at(-1) === "") lines.pop();
    return listOf(lines.map(text));
  },
  isdigit: (value) => (isText(value) ? valueOf(/^\p{Nd}+$/u.test(value.value)) : undefined),
  get: (value, given) => (isDict(value) ? getOf(value.value, given) : undefined),
  // also where the dictionary has such a key: Jinja2 takes attributes first
  items: itemsOf,
  keys: (value) => (isDict(value) ? listOf([...value.value.keys()].map(text)) : undefined),
  values: (value) => (isDict(value) ? listOf([...value.value.values()]) : undefined),
};

function getOf(entries: ReadonlyMap<string, Value>, given: Arguments): Value {
  const key = textArgument(given, 0);
  return (key === undefined ? undefined : entries.get(key)) ?? argument(given, 1, "default") ?? valueOf(null);
}

const lengthOf: Method = (value) => {
  const items = elementsOf(value);
  return items && valueOf(items.length);
};

/** Written as `value | name`. */
export const FILTERS: Readonly<Record<string, Method>> = {
  trim: (value, given, work) => text(stripped(written(value, work), "both", textArgument(given, 0, "chars"))),
  string: (value, _, work) => text(written(value, work)),
  replace,
  capitalize,
  length: lengthOf,
  count: lengthOf,
  list: (value) => {
    const items = elementsOf(value);
    return items && listOf(items);
  },
  first: edge(0),
  last: edge(-1),
  items: itemsOf,
  d: defaulted,
  default: defaulted,
  join: (value, given, work) => {
    const items = elementsOf(value);
    const attribute = textArgument(given, 1, "attribute");
    if (!items) return undefined;
    const parts = items.map((item) =>
      attribute === undefined || !isDict(item) ? item : (item.value.get(attribute) ?? UNDEFINED),
    );
    return text(
      joined(
        parts.map((item) => written(item, work)),
        textArgument(given, 0, "d") ?? "",
        work,
      ),
    );
  },
  unique: (value, _, work) => {
    const kept: Value[] = [];
    for (const item of elementsOf(value) ?? []) if (!kept.some((one) => equal(one, item, work))) kept.push(item);
    return listOf(kept);
  },
  indent: (value, given, work) => {
    const width = indentOf(given, 0, "width") ?? 4;
    if (!isText(value)) return undefined;
    const mark = textArgument(given, 0, "width") ?? " ".repeat(width);
    const [first, blank] = [argument(given, 1, "first")?.value === true, argument(given, 2, "blank")?.value === true];
    const lines = value.value
      .split("\n")
      .map((line, i) => ((i === 0 ? first : blank || line !== "") ? mark + line : line));
    return text(joined(lines, "\n", work));
  },
  tojson: (value, given, work) => {
    const separators = argument(given, 2, "separators");
    return text(
      toJson(
        value,
        {
          indent: indentOf(given, 1, "indent"),
          ensureAscii: argument(given, 0, "ensure_ascii")?.value === true,
          sortKeys: argument(given, 3, "sort_keys")?.value === true,
          separators:
            separators && isList(separators)
              ? [written(separators.value[0] ?? UNDEFINED, work), written(separators.value[1] ?? UNDEFINED, work)]
              : undefined,
        },
        work,
      ),
    );
  },
};
