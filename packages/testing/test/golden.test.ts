// Golden WGSL: a refactor leaves every generated shader as it is.
import { describe, expect, it } from "vitest";
import { allGoldenShaders, goldenDifferences, goldenFiles, readGoldenFiles } from "../src/golden/files.ts";

const shaders = allGoldenShaders();

describe("golden WGSL", () => {
  it("is what the code generates, in every configuration", () => {
    const differences = goldenDifferences(readGoldenFiles(), goldenFiles(shaders));
    const shown = [...differences.slice(0, 20), ...(differences.length > 20 ? [`… ${differences.length} in all`] : [])];
    expect(
      shown,
      "Shaders differ from packages/testing/golden. `npm run wgsl:diff -- HEAD` shows how; `npm run wgsl:update` accepts them",
    ).toEqual([]);
  });

  it("changes by one line when any one shader changes", () => {
    for (const [kernel, list] of shaders) {
      const files = goldenFiles(new Map([[kernel, list]]));
      for (const one of list) {
        const planted = list.map((other) => (other === one ? { ...one, text: `${one.text}// planted\n` } : other));
        const differences = goldenDifferences(files, goldenFiles(new Map([[kernel, planted]])));
        expect(differences).toEqual([
          one === list[0] ? `${kernel}.wgsl: the canonical shader differs` : `${one.key}: the shader differs`,
        ]);
      }
    }
  });
});
