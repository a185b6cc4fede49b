// Golden WGSL: a refactor must leave every generated shader as it is. After a wanted change: npm run wgsl:update, then read the diff.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { goldenShaders, primitivesOf } from "../src/index.ts";
import { goldenFile } from "./golden-file.ts";

const golden = goldenShaders([...primitivesOf(tensor), ...primitivesOf(nn)]);

describe("golden WGSL", () => {
  for (const [kernel, shaders] of golden) {
    it(kernel, () => expect(goldenFile(shaders)).toMatchFileSnapshot(`../golden/${kernel}.wgsl`));
  }

  it("has no file of a kernel that is gone", () => {
    const files = readdirSync(new URL("../golden", import.meta.url)).map((file) => file.replace(/\.wgsl$/, ""));
    expect(files.filter((kernel) => !golden.has(kernel))).toEqual([]);
  });
});
