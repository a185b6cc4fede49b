// A live block: code that the reader edits and runs in a worker, with what it prints, and a curve where lines are two numbers.
import type { LiveMessage, LiveRun } from "../shared/live-messages.ts";
import { curve } from "./curve.ts";

const deviceKey = "live-device";
const mostLines = 400;
const { site = "", version = "" } = document.body.dataset;
const workerUrl = new URL(`${site}assets/live-worker.js?v=${version}`, document.baseURI);

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  fields: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), fields);
}

/** Makes a block of the page live. */
export function liveBlock(block: HTMLElement): void {
  const pre = block.querySelector("pre")!;
  const code = pre.querySelector("code")!;
  const original = `${code.textContent}`;
  const coloured = [...code.childNodes].map((node) => node.cloneNode(true));

  const area = element("textarea", { value: original, spellcheck: false, autocapitalize: "off", wrap: "off" });
  area.setAttribute("aria-label", "Code, to be edited. Control and Enter runs it.");
  area.rows = original.split("\n").length;
  const editor = element("div", { className: "editor" });
  editor.append(pre, area);

  const run = element("button", { className: "run", textContent: "Run" });
  const stop = element("button", { textContent: "Stop", hidden: true });
  const reset = element("button", { textContent: "Reset", hidden: true });
  const device = element("select");
  device.setAttribute("aria-label", "Device");
  device.append(
    element("option", { value: "auto", textContent: "gpu" in navigator ? "GPU, else CPU" : "CPU: no WebGPU here" }),
    element("option", { value: "cpu", textContent: "CPU" }),
  );
  device.value = localStorage.getItem(deviceKey) === "cpu" ? "cpu" : "auto";
  device.addEventListener("change", () => localStorage.setItem(deviceKey, device.value));
  const status = element("span", { className: "status" });
  status.setAttribute("role", "status");
  const bar = element("div", { className: "bar" });
  bar.append(run, stop, reset, device, status);
  const output = element("pre", { className: "output", hidden: true, tabIndex: 0 });
  output.setAttribute("aria-label", "What the code prints");
  const plot = element("div", { className: "curve", hidden: true });
  block.append(editor, bar, plot, output);

  area.addEventListener("input", () => {
    reset.hidden = area.value === original;
    code.textContent = area.value; // at once, coloured when the highlighter is there
    void colour();
  });
  area.addEventListener("focus", () => void import("./highlight.ts"), { once: true });
  async function colour(): Promise<void> {
    const { highlighted } = await import("./highlight.ts");
    code.replaceChildren(highlighted(area.value));
  }
  reset.addEventListener("click", () => {
    area.value = original;
    code.replaceChildren(...coloured.map((node) => node.cloneNode(true)));
    reset.hidden = true;
    area.focus();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    start();
  });

  let worker: Worker | undefined;
  let points: [number, number][] = [];
  function end(state: "done" | "failed" | "stopped", text: string): void {
    worker?.terminate();
    worker = undefined;
    [run.hidden, stop.hidden] = [false, true];
    status.textContent = text;
    block.dataset["state"] = state;
  }
  function print(text: string, error = false): void {
    const line = element("span", { textContent: `${text}\n`, className: error ? "error" : "" });
    output.hidden = false;
    output.append(line);
    while (output.childElementCount > mostLines) output.firstElementChild!.remove();
    output.scrollTop = output.scrollHeight;
    const numbers = text.split(" ").map(Number);
    if (numbers.length !== 2 || !numbers.every(Number.isFinite)) return;
    points.push(numbers as [number, number]);
    if (points.length < 3) return;
    plot.hidden = false;
    plot.replaceChildren(curve(points));
  }
  function start(): void {
    worker?.terminate();
    output.replaceChildren();
    points = [];
    plot.hidden = true;
    [run.hidden, stop.hidden] = [true, false];
    status.textContent = "runs …";
    block.dataset["state"] = "running";
    worker = new Worker(workerUrl, { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<LiveMessage>) => {
      if (data.kind === "line") print(data.text, data.error);
      else if (data.kind === "done") end("done", `done in ${data.seconds.toFixed(1)} s`);
      else {
        print(`${data.text}${data.line === undefined ? "" : `\n(line ${data.line})`}`, true);
        end("failed", "failed");
      }
    });
    worker.addEventListener("error", (event) => {
      print(event.message || "The worker cannot be started.", true);
      end("failed", "failed");
    });
    worker.postMessage({ code: area.value, device: device.value === "cpu" ? "cpu" : "auto" } satisfies LiveRun);
  }
  run.addEventListener("click", start);
  stop.addEventListener("click", () => end("stopped", "stopped"));
}
