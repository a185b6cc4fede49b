// Four projects. *.gpu.test.ts runs twice, on Dawn in Node and in a real Chromium; *.node-gpu.test.ts on Dawn only; every other
// *.test.ts on the CPU. All of them run from source: the @x/source condition resolves each package to its src/.
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { browserEnv, chromiumArgs, chromiumPath, gpuEnv } from "./packages/testing/src/gpu-env.mjs";
import { testSet } from "./packages/testing/src/test-sets.mjs";

const workspace = "{packages,apps}/*/test/**";
const gpuTests = [`${workspace}/*.gpu.test.ts`];
const nodeGpuTests = [`${workspace}/*.node-gpu.test.ts`];
// Counts every byte while models generate and train: slower by ten times in a process where a hundred files have run.
const ownProcess = ["packages/testing/test/memory-flat.node-gpu.test.ts"];
const { cpuLeavesOut, dawnLeavesOut, enginesLeaveOut } = testSet();
const resolveSource = {
  resolve: { conditions: ["@x/source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["@x/source", ...defaultServerConditions] } },
};

/** Chromium from npm where there is one, else the machine's Chrome. */
function browserProvider() {
  const executablePath = chromiumPath();
  return playwright({
    contextOptions: { locale: "en-US" }, // with LANG=C Chromium reports "en-US@posix", which Intl rejects
    launchOptions: {
      ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
      args: chromiumArgs(),
      env: { ...process.env, ...browserEnv() } as Record<string, string>,
    },
  });
}

const onDawn = {
  pool: "forks" as const, // only a new process sees the driver's environment
  env: gpuEnv(),
  setupFiles: ["./packages/testing/src/vitest/dawn-setup.ts"],
  testTimeout: 60_000,
};

export default defineConfig({
  test: {
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"], exclude: ["packages/testing/**"] },
    projects: [
      {
        ...resolveSource,
        test: {
          name: "cpu",
          include: [`${workspace}/*.test.ts`],
          exclude: [...gpuTests, ...nodeGpuTests, ...cpuLeavesOut],
          pool: "threads",
          isolate: false, // a worker reads the sources once
          testTimeout: 30_000,
        },
      },
      {
        ...resolveSource,
        test: {
          ...onDawn,
          name: "webgpu",
          include: [...gpuTests, ...nodeGpuTests],
          exclude: [...dawnLeavesOut, ...ownProcess],
          isolate: false, // one process reads and optimizes the sources once: a third of the CPU time of a process per file
        },
      },
      {
        ...resolveSource,
        test: { ...onDawn, name: "webgpu-own-process", include: ownProcess, exclude: dawnLeavesOut },
      },
      {
        ...resolveSource,
        optimizeDeps: { exclude: ["webgpu"] },
        test: {
          name: "browser",
          include: gpuTests,
          exclude: enginesLeaveOut,
          isolate: false, // one page reads the sources once, and compiles a shader once: half the time of a page for each file
          setupFiles: ["./packages/testing/src/vitest/browser-setup.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: browserProvider(),
          },
        },
      },
    ],
  },
});
