// Token histories refuse batches and rows that are none.
import { expect, it } from "vitest";
import { TokenHistory } from "../src/index.ts";

it.each([2 ** 33, 2 ** 24 + 1, -1, 1.5, NaN, Infinity, "2", null, undefined])(
  "empty(%s) is refused by name",
  (batch) => {
    expect(() => TokenHistory.empty(batch as number)).toThrow(
      "TokenHistory.empty: batch must be a whole number from 0 to 16777216; got",
    );
  },
);

it.each([[[]], [[[1]]], [[[1], [2], [3]]]])("lists of other rows are refused: %j", (tokens) => {
  expect(() => TokenHistory.empty(2).append(tokens)).toThrow("tokens must be a list for each of 2 rows");
  const grown = TokenHistory.empty(2).append([[1], []]);
  expect(() => grown.append(tokens)).toThrow("tokens must be a list for each of 2 rows");
});

it("counts what each row has read", () => {
  const { rows } = TokenHistory.empty(2)
    .append([[5, 6], []])
    .append([[5], [7]], true);
  expect(rows.map(({ recent }) => recent)).toEqual([[5, 6, 5], [7]]);
  expect(rows[0]!.counts.get(5)).toBe(2);
  expect(rows[0]!.generated!.get(5)).toBe(1);
});
