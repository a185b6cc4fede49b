// Ends with 0 when Dawn finds an adapter that is no software, with the drivers of this machine.
import { create } from "webgpu";

const gpu = create([]);
const adapter = await gpu.requestAdapter();
const { vendor = "", architecture = "", description = "" } = adapter?.info ?? {};
process.exit(
  adapter &&
    !adapter.info.isFallbackAdapter &&
    !/swiftshader|llvmpipe|lavapipe|mesa|google/i.test(`${vendor} ${architecture} ${description}`)
    ? 0
    : 1,
);
