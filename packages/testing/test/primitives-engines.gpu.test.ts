// Every exported primitive on Chromium and Deno: its first case, and each further one that runs a kernel which none before it ran. Dawn runs all cases.
import { programsOf, testedCases } from "../src/index.ts";
import { caps, describePrimitives } from "./primitives-cases.ts";

const seen = new Set<string>();

describePrimitives((primitive) =>
  testedCases(primitive).filter((one, i) => {
    const kernels = programsOf(primitive, caps, [one]).flatMap(({ dispatches }) =>
      dispatches.map(({ kernel }) => kernel.name),
    );
    const brings = kernels.filter((kernel) => !seen.has(kernel));
    for (const kernel of brings) seen.add(kernel);
    return i === 0 || brings.length > 0;
  }),
);
