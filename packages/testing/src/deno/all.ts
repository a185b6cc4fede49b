// The test files that are named as arguments, in one process and on one shared GPU device: the sources are read once, and naga compiles a shader once.
import { beginFile } from "vitest";

for (const file of Deno.args) {
  beginFile(file);
  try {
    await import(new URL(`../../../../${file}`, import.meta.url).href);
  } catch (error) {
    Deno.test(`${file} > loads`, () => {
      throw error;
    });
  }
}
