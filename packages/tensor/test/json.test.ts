import { expect, test } from "vitest";
import { formatJson, parseJson } from "../src/json.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.each([
  ["{}"],
  ["[]"],
  [" [1, 2.5, -0.5e-3, 1E+2, 0] "],
  ['{"a": {"b": [null, true, false, "x\\n\\u00e9\\"\\\\"]}}'],
  ['"text"'],
  ["12"],
  ['{"": 1}'],
  ['{"é😀": "\\ud83d\\ude00"}'],
])("reads %s as JSON.parse does", (text) => {
  expect(plain(parseJson(text))).toEqual(JSON.parse(text));
  expect(plain(parseJson(text, { nonFinite: true }))).toEqual(JSON.parse(text));
});

test.each([
  ["", /expected a value, the text ends/],
  ["{", /expected a key/],
  ["[1,]", /expected a value/],
  ['{"a":1,}', /expected a key/],
  ["[1 2]", /expected "," or "\]"/],
  ['{"a" 1}', /expected ":"/],
  ["01", /expected the end/],
  ["+1", /expected a value/],
  [".5", /expected a value/],
  ["1.", /expected the end/],
  ["{'a': 1}", /expected a key/],
  ['"open', /not closed/],
  ['"a\nb"', /a control character in a string/],
  ['"open\\', /not closed/],
  ['"\\x"', /invalid escape/],
  ['"\\u12"', /invalid escape/],
  ["nul", /expected a value/],
  ["Infinity", /expected a value/],
  ["NaN", /expected a value/],
  ["{} x", /line 1, column 4/],
  ['{"a": 1,\n "a": 2}', /duplicate key "a" at line 2, column 2/],
  ['{"a": 1, "\\u0061": 2}', /duplicate key "a"/],
  ['{"__proto__": {"x": 1}}', /"__proto__" is not allowed/],
  ["[".repeat(70), /deeper than 64/],
])("refuses %s", (text, message) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
  expect(() => parseJson(text)).toThrow(message);
});

test("bare non-finite tokens, and strings that look like them", () => {
  const text = '{"limit": [0.0, Infinity], "low": -Infinity, "nan": NaN, "s": "Infinity, NaN", "NaN": "\\"Infinity"}';
  expect({ ...(parseJson(text, { nonFinite: true }) as object) }).toEqual({
    limit: [0, Infinity],
    low: -Infinity,
    nan: NaN,
    s: "Infinity, NaN",
    NaN: '"Infinity',
  });
});

test("objects have no prototype", () => {
  expect(Object.getPrototypeOf(parseJson('{"constructor": 1}'))).toBeNull();
});

test("a string of megabytes", () => {
  const text = JSON.stringify(["\\é".repeat(1_000_000)]);
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test("formatJson writes what JSON.stringify writes, and the tokens of Python", () => {
  const value = { a: [1, -0.5, 1e-5, [], {}], b: { c: null, d: true, "é\n": "x" } };
  expect(formatJson(value)).toBe(JSON.stringify(value, null, 2));
  const limits = { limit: [0, Infinity, -Infinity] };
  expect({ ...(parseJson(formatJson(limits), { nonFinite: true }) as object) }).toEqual(limits);
});
