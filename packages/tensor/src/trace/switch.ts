// TRACE=1 or TRACE=FILE.json in Node, Deno and Bun: all that the process's devices do, in a file once it ends.
import { environment } from "@x/base";
import { debugLine } from "../debug.ts";
import type { Device } from "../device/device.ts";
import { ConfigError } from "../errors.ts";
import { defaultMaxEvents, Tracer } from "./tracer.ts";

/** What of the host this needs; its own types, since a page's have none of it. */
interface Host {
  on(event: "exit", listener: () => void): unknown;
  getBuiltinModule(name: "node:fs"): {
    openSync(path: string, flags: "a"): number;
    closeSync(file: number): void;
    writeFileSync(path: string, text: string): void;
  };
  getBuiltinModule(name: "node:worker_threads"): { readonly isMainThread: boolean; readonly threadId: number };
}

let tracer: Tracer | undefined;

/** Traces a new device, where the process was started with TRACE. @throws ConfigError for a TRACE that cannot be */
export function traceFromStart(device: Device): void {
  tracer ??= begin();
  tracer?.add(device);
}

function begin(): Tracer | undefined {
  const given = traceFile(environment("TRACE"));
  if (given === undefined) return undefined;
  const { process } = globalThis as unknown as { readonly process: Host };
  const fs = process.getBuiltinModule("node:fs");
  const { isMainThread, threadId } = process.getBuiltinModule("node:worker_threads");
  const file = isMainThread ? given : given.replace(/\.json$/, `-thread${threadId}.json`);
  try {
    fs.closeSync(fs.openSync(file, "a"));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`TRACE: must be a file that can be written; got "${file}": ${why}.`, {
      field: "TRACE",
      got: file,
      cause,
    });
  }
  const begun = new Tracer(defaultMaxEvents, () =>
    debugLine(`trace: ${defaultMaxEvents} events are all it holds; what comes from now on is not in it`),
  );
  process.on("exit", () => {
    begun.stop();
    fs.writeFileSync(file, begun.json());
    debugLine(`trace: wrote ${begun.events} events to ${file}; ui.perfetto.dev opens it`);
  });
  return begun;
}

/** Where the trace goes; undefined where none is asked for. */
function traceFile(given: string = ""): string | undefined {
  if (given === "" || given === "0") return undefined;
  if (given === "1") return `trace-${new Date().toISOString().replace(/[:.]/g, "-")}.json`;
  if (given.endsWith(".json")) return given;
  throw new ConfigError(`TRACE: must be 1, 0 or a file whose name ends in .json; got "${given}".`, {
    field: "TRACE",
    got: given,
  });
}
