// The part of @x/mamba2 that reads GGUF files. Import it as "@x/mamba2/gguf".
export { ggufFiles } from "./files.ts";
