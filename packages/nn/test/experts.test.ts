// Experts on the CPU: against plain loops in doubles in every option, and gradients against central differences of these loops.
import { cpuDevice, createCpuDevice, hostNormal, mul, sum, tensor, vjp } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { d, distance, drawn, kinds, layer, type Row, rowsOf } from "./experts-oracle.ts";

const devices = { kernels: cpuDevice(), loops: createCpuDevice({ wasm: false }) };

describe.each(Object.entries(kinds))("%s", (_, options) => {
  it.each([1, 2, 40])("%i tokens", async (t) => {
    for (const device of Object.values(devices)) {
      const { experts, values } = drawn(options, device);
      const x = hostNormal({ seed: 6, stream: t }, t * d);
      const y = experts.forward(tensor(x, { shape: [t, 1, d], device }));
      expect(y.shape).toEqual([t, 1, d]);
      expect(distance(await y.data(), layer(rowsOf([...x], d), d, options, values))).toBeLessThan(3e-5);
      experts.dispose();
    }
  });

  it("has the gradient of the loops", async () => {
    const t = 5;
    const { experts, values } = drawn(options, cpuDevice(), "f64");
    const x = [...hostNormal({ seed: 6, stream: t }, t * d)];
    const seed = [...hostNormal({ seed: 7, stream: t }, t * d)];
    const parameters = experts.parameters();
    const { grads } = vjp(
      () => [
        sum(
          mul(
            experts.forward(tensor(x, { shape: [t, d], dtype: "f64" })),
            tensor(seed, { shape: [t, d], dtype: "f64" }),
          ),
        ),
      ],
      parameters.map(({ value }) => value),
      [tensor(1, { dtype: "f64" })],
    );
    const objective = (changed: ReadonlyMap<string, Row>): number =>
      layer(rowsOf(x, d), d, options, changed).reduce((total, v, i) => total + v * seed[i]!, 0);
    for (const [i, { path }] of parameters.entries()) {
      const direction = hostNormal({ seed: 8, stream: i }, values.get(path)!.length);
      const moved = (h: number): number =>
        objective(
          new Map(values).set(
            path,
            values.get(path)!.map((v, j) => v + h * direction[j]!),
          ),
        );
      const want = path === "router.bias" ? 0 : (moved(1e-5) - moved(-1e-5)) / 2e-5;
      const got = [...(await grads[i]!.data())].reduce((total, v, j) => total + v * direction[j]!, 0);
      expect(Math.abs(got - want), path).toBeLessThan(1e-6 * (1 + Math.abs(want)));
    }
    experts.dispose();
  });
});
