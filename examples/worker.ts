// A worker that generates while the page stays free: one file is both, bundled as it is (`vite build`, `esbuild --bundle --format=esm`) and loaded by
// <script type="module" src="worker.js"></script>. The page's list grows by a line per piece, and a click stops it.
//
//   the worker: CPU, …
//   … 12 pieces, while the page drew … frames
import { Mamba2LM, preset } from "@x/mamba2";
import { defaultDevice } from "@x/tensor";

/** What the worker says. */
type Said = { device: string } | { piece: string } | { done: true };

if (typeof document === "undefined") {
  // The worker: everything heavy is here. Messages are plain data; tensors stay on this side.
  const say = (said: Said): void => postMessage(said);
  const stop = new AbortController();
  addEventListener("message", () => stop.abort());
  const device = await defaultDevice();
  say({ device: device.description });
  const model = new Mamba2LM(preset("tiny"), { device, seed: 1 });
  try {
    for await (const piece of model.generate("once ", { maxTokens: 12, signal: stop.signal })) say({ piece });
  } catch (error) {
    if (!stop.signal.aborted) throw error; // a click is no mistake
  }
  say({ done: true });
} else {
  // The page: starts this very file again as a worker, and draws what comes.
  const worker = new Worker(import.meta.url, { type: "module" });
  const line = (text: string): void => document.body.append(text, document.createElement("br"));
  let [frames, pieces] = [0, 0];
  const draw = (): unknown => (frames++, requestAnimationFrame(draw));
  draw();
  worker.addEventListener("message", ({ data }: MessageEvent<Said>) => {
    if ("device" in data) line(`the worker: ${data.device}`);
    else if ("piece" in data) pieces++;
    else line(`${pieces} pieces, while the page drew ${frames > 1} frames`);
    if ("done" in data) document.title = "done";
  });
  addEventListener("click", () => worker.postMessage("stop"));
}
