// Starting a thread where there are threads: worker_threads in Node and Deno, workers in browsers. Both from text, so
// that no file has to be found.
import type { WasmMemory } from "../heap.ts";
import { nodeWorkerText, webWorkerText } from "./worker-text.ts";

/** What a worker gets: the memory of the kernels, the memory through which threads agree, and its number, from 1. */
export interface WorkerData {
  readonly memory: WasmMemory;
  readonly control: SharedArrayBuffer;
  readonly slot: number;
}

/** A running thread. */
export interface WorkerHandle {
  terminate(): void;
}

interface NodeWorker {
  on(event: "error" | "exit", listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): unknown;
}

interface NodeThreads {
  readonly Worker: new (text: string, options: object) => NodeWorker;
}

function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.("node:worker_threads") as NodeThreads | undefined;
}

/** Why kernels must stay on one thread here; undefined where they need not. */
export function whyOneThread(): string | undefined {
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  if (typeof SharedArrayBuffer === "undefined" || (crossOriginIsolated === false && !nodeThreads())) {
    return "memory can be shared in a cross-origin isolated page only (headers Cross-Origin-Opener-Policy: same-origin, Cross-Origin-Embedder-Policy: require-corp)";
  }
  if (!nodeThreads() && typeof Worker === "undefined") return "this JavaScript engine has no workers";
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
  } catch {
    return "a page's main thread must not wait for others: use the device in a worker";
  }
  return undefined;
}

/** Starts a thread; `ended` hears why, should it end by itself. It does not keep the process alive. */
export function startWorker(data: WorkerData, ended: (reason: string) => void): WorkerHandle {
  const node = nodeThreads();
  if (node) {
    // Loaders and flags of this process are not for it.
    const worker = new node.Worker(nodeWorkerText, { eval: true, workerData: data, execArgv: [] });
    worker.on("error", (error) => ended(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => ended(`it ended with code ${String(code)}`));
    worker.unref();
    return { terminate: () => void worker.terminate() };
  }
  const url = URL.createObjectURL(new Blob([webWorkerText], { type: "text/javascript" }));
  const worker = new Worker(url, { name: `kernels ${data.slot}` });
  worker.onerror = (event) =>
    ended(event.message || "it could not be started (a content security policy must allow worker-src blob:)");
  worker.postMessage(data);
  return {
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
