// Example arguments for the exports of @x/mamba2/serve.
import type { CompletionService } from "@x/mamba2/serve";
import { type ExportTable, of, thenDispose } from "./example.ts";
import { smallModel } from "./mamba2.ts";

export const serveExports: ExportTable = {
  CompletionService: of((device) => [smallModel(device), { name: "small" }], {
    options: 1,
    call: (Kind: typeof CompletionService, args: ConstructorParameters<typeof CompletionService>) =>
      thenDispose(args, async () => {
        const service = new Kind(...args);
        const body = JSON.stringify({ prompt: "Hi", max_tokens: 2, temperature: 0 });
        const headers = { "content-type": "application/json" };
        const answer = await service.fetch(
          new Request("http://localhost/v1/completions", { method: "POST", headers, body }),
        );
        await answer.json();
        await service.close();
      }),
  }),
};
