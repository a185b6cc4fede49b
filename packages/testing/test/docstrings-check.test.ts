// The check of docstrings fails on a planted export without shapes, dtypes, errors or an example.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "x-docstrings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = `/**
 * Twice x.
 *
 * @param x \`[b, l, d]\`, f32
 * @throws DTypeError for another dtype
 * @example
 * twice(x);
 */`;

/** What the check says of exported functions with these docstrings, by the name of the function. */
function check(docstrings: Readonly<Record<string, string>>): {
  readonly status: number | null;
  readonly lacks: string[];
} {
  const file = join(folder, "planted.ts");
  const functions = Object.entries(docstrings).map(
    ([name, text]) => `${text}\nexport declare function ${name}(x: Tensor): Tensor;\n`,
  );
  writeFileSync(file, `/** A tensor. */\nexport interface Tensor {}\n${functions.join("")}`);
  const { status, stderr } = spawnSync(process.execPath, ["scripts/docstrings.mjs", file], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, lacks: [...stderr.matchAll(/: (\w+ lacks \w+)/g)].map(([, part]) => part!).sort() };
}

it("passes what says all of it", () => expect(check({ twice: whole })).toEqual({ status: 0, lacks: [] }));

it("fails without shapes, or any other part", () => {
  const { status, lacks } = check({
    noShape: whole.replace("`[b, l, d]`", "three axes"),
    a: whole.replace(", f32", ""),
    b: whole.replace("@throws", "raises"),
    c: whole.replace("@example", "So"),
    d: "",
  });
  expect(lacks).toEqual([
    "a lacks dtype",
    "b lacks throws",
    "c lacks example",
    "d lacks docstring",
    "d lacks dtype",
    "d lacks example",
    "d lacks shape",
    "d lacks throws",
    "noShape lacks shape",
  ]);
  expect(status).toBe(1);
});
