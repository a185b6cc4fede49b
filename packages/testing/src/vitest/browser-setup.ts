// Setup of the `browser` vitest project: fails every test file when the browser has no WebGPU adapter.
import { requireAdapter } from "./require-adapter.ts";

await requireAdapter(
  "Leave X_GPU unset to use headless Chromium and SwiftShader from npm (Linux x64), or name a Chrome with WebGPU in X_CHROME.",
);
