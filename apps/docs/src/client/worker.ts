// Runs a reader's code: a module with imports of this library, in a worker of its own, which the page ends when it takes too long. It is built as a file that imports nothing of
// the library itself: `lib/` holds that, a module per import path, beside this folder.
import { parse } from "es-module-lexer/js";
import type { LiveMessage, LiveRun } from "../shared/live-messages.ts";
import { show } from "./show.ts";

/** Import path → file in lib/, filled in by the build. */
declare const LIVE_MODULES: Readonly<Record<string, string>>;

const post = (message: LiveMessage): void => postMessage(message);

for (const level of ["log", "info", "debug", "warn", "error"] as const)
  console[level] = (...values: unknown[]) =>
    post({
      kind: "line",
      text: values.map(show).join(" "),
      ...((level === "warn" || level === "error") && { error: true }),
    });

/** The code with its import paths replaced by addresses. */
function linked(code: string): string {
  const [imports] = parse(code);
  let result = "";
  let at = 0;
  for (const { n: name, s: start, e: end, d: dynamic } of imports) {
    if (name === undefined || dynamic === -2) continue;
    const file = LIVE_MODULES[name];
    if (file === undefined)
      throw new Error(`"${name}" is not on this page; here are ${Object.keys(LIVE_MODULES).join(", ")}.`);
    const url = new URL(`../lib/${file}`, self.location.href).href;
    result += code.slice(at, start) + (dynamic === -1 ? url : JSON.stringify(url));
    at = end;
  }
  return result + code.slice(at);
}

/** The line of the reader's code that an error names. */
function lineOf(error: unknown, url: string): number | undefined {
  const text = error instanceof Error ? (error.stack ?? "") : "";
  const at = text.indexOf(`${url}:`);
  return at < 0 ? undefined : Number(/^\d+/.exec(text.slice(at + url.length + 1))?.[0]);
}

addEventListener("message", async ({ data }: MessageEvent<LiveRun>) => {
  if (data.device === "cpu") Object.defineProperty(navigator, "gpu", { value: undefined });
  let url = "";
  const began = performance.now();
  try {
    url = URL.createObjectURL(new Blob([linked(data.code)], { type: "text/javascript" }));
    await import(/* @vite-ignore */ url);
    post({ kind: "done", seconds: (performance.now() - began) / 1000 });
  } catch (error) {
    const line = lineOf(error, url);
    const text = error instanceof Error ? `${error.name}: ${error.message}` : show(error);
    post({ kind: "failed", text, ...(line !== undefined && { line }) });
  }
});
