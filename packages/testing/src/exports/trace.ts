// Example arguments for the exports of @x/tensor/trace.
import { exp } from "@x/tensor";
import type { trace } from "@x/tensor/trace";
import { type ExportTable, filled, of } from "./example.ts";

export const traceExports: ExportTable = {
  trace: of(
    (device) => {
      const work = async (): Promise<unknown> => {
        const x = filled(device, 3, 5);
        const y = exp(x);
        const values = await y.toArray();
        for (const tensor of [x, y]) tensor.dispose();
        return values;
      };
      return [device, work, { maxEvents: 100 }];
    },
    {
      options: 2,
      call: async (take: typeof trace, args: Parameters<typeof trace>) => void (await take(...args)),
    },
  ),
};
