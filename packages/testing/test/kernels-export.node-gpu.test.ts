// What npm run kernels:export writes runs without this repository: the vectors of a few kernels, by plain WebGPU, on the driver of the tests.
import { adamwPrimitive } from "@x/nn";
import { requestDevice } from "@x/kernels-wgsl";
import { addPrimitive, type Primitive, softmaxPrimitive } from "@x/tensor";
import { expect, it } from "vitest";
import { kernelFolder } from "../src/kernels-export/folder.ts";
import { checkVectors, loadKernel } from "../src/kernels-export/run.mjs";

const { device } = await requestDevice({ software: true });

it.each([addPrimitive, softmaxPrimitive, adamwPrimitive])("$name: exported vectors agree", async (primitive) => {
  const files = (await kernelFolder(primitive as unknown as Primitive))!;
  const read = (path: string): Promise<Uint8Array> => {
    const content = files.get(path);
    if (content === undefined) throw new Error(`must be exported: ${path}`);
    return Promise.resolve(typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  const kernel = await loadKernel(read);
  const first = (count: number): typeof kernel => ({
    ...kernel,
    manifest: { cases: kernel.manifest.cases.slice(0, count) },
  });
  const results = await checkVectors(device, first(4), "base");
  expect(results.length).toBeGreaterThan(3);
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  const wrong = async (path: string): Promise<Uint8Array> =>
    (await read(path)).map((byte) => byte ^ (path.includes("expected") ? 0x40 : 0));
  expect((await checkVectors(device, { ...first(1), read: wrong }, "base")).every(({ ok }) => ok)).toBe(false);
});
