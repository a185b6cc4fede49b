// Setup of the `webgpu` vitest project: gives Node a `navigator.gpu` (Dawn), and fails every test file when there is no adapter.
import { create, globals } from "webgpu";
import { dawnOptions } from "../gpu-env.mjs";
import { requireAdapter } from "./require-adapter.ts";

// One instance for all test files of a process. The object that create() returns must stay referenced while any device lives, or the process crashes: the global holds it.
if (!(globalThis.navigator as Navigator | undefined)?.gpu) {
  Object.assign(globalThis, globals);
  const gpu = create(dawnOptions());
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true, writable: true });
}
await requireAdapter(
  "Leave X_GPU unset to use SwiftShader from npm (Linux x64), or install a Vulkan, Metal or D3D12 driver and set X_GPU=native.",
);
