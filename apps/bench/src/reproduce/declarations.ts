// The text that every machine has: TypeScript's declarations.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { byteTokenizer, type TokenArray } from "@x/nn";

/** The declaration files of these names, one after another, without the licence that each begins with. */
export function declarations(names: (name: string) => boolean): TokenArray {
  const folder = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "lib");
  const texts = readdirSync(folder)
    .filter(names)
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").replace(/^\/\*![^]*?\*\/\s*/, ""));
  return byteTokenizer.encode(texts.join(""));
}
