// Layers of integers: "@x/nn" makes them known, a page that has "@x/nn/core" alone is told.
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.resetModules());

it("are unknown to @x/nn/core alone, which says what to import", async () => {
  vi.resetModules();
  const { Builder, Linear, projection, QuantizedLinear, registerIntegerLayers } = await import("@x/nn/core");
  const builder = new Builder({ quantize: { bits: 8 } });
  const sentence = 'quantize: layers of integers must be known to the page; import "@x/nn" (or "@x/mamba2") too.';
  expect(() => projection(32, 2, { builder })).toThrow(sentence);
  expect(() => new QuantizedLinear(32, 2, { builder })).toThrow(sentence);
  expect(projection(32, 2, { builder: new Builder() })).toBeInstanceOf(Linear);
  registerIntegerLayers();
  expect(projection(32, 2, { builder })).toBeInstanceOf(QuantizedLinear);
});

it("are known once @x/nn was imported", async () => {
  vi.resetModules();
  const { Builder, projection, QuantizedLinear } = await import("@x/nn");
  expect(projection(32, 2, { builder: new Builder({ quantize: { bits: 4 } }) })).toBeInstanceOf(QuantizedLinear);
});
