// Example arguments for the exports of @x/mamba2/gguf: a file of a small model, for Node only.
import { readFileSync } from "node:fs";
import { type ExportTable, of } from "./example.ts";

const bytes = (): Uint8Array =>
  new Uint8Array(readFileSync(new URL("../../../mamba2/test/gguf/mamba2.gguf", import.meta.url)));

export const ggufExports: ExportTable = { ggufFiles: of(() => [new Map([["model.gguf", bytes()]]), "model.gguf"]) };
