import { defineConfig } from "vite";

export default defineConfig({
  build: { target: "es2022", chunkSizeWarningLimit: 2000 },
  worker: { format: "es" }, // the library loads parts of itself when they are called
  // Without this Vite finds them only when the worker asks, and loads the page a second time.
  optimizeDeps: { include: ["@x/mamba2", "@x/tensor"] },
});
