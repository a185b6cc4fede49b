// The page: how training goes, questions and answers.
import type { FromWorker, ToWorker } from "./messages.ts";

const progress = document.querySelector<HTMLElement>("#progress")!;
const talk = document.querySelector<HTMLElement>("#talk")!;
const form = document.querySelector<HTMLFormElement>("#ask")!;
const [question, button] = [form.querySelector("input")!, form.querySelector("button")!];
const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
let about = "";

worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
  if (data.kind === "ready") about = `${data.parameters.toLocaleString("en")} parameters on ${data.device}`;
  else if (data.kind === "step") {
    button.disabled = false;
    progress.textContent = `Step ${data.step} of ${data.steps}, loss ${data.loss.toFixed(3)}: ${about}`;
  } else if (data.kind === "piece") talk.lastElementChild!.append(data.text);
  else button.disabled = false;
});
worker.addEventListener("error", ({ message }) => (progress.textContent = `The worker failed: ${message}`));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  button.disabled = true;
  for (const [kind, text] of [
    ["question", question.value],
    ["answer", ""],
  ] as const)
    talk.append(Object.assign(document.createElement("li"), { className: kind, textContent: text }));
  worker.postMessage({ question: question.value } satisfies ToWorker);
  form.reset();
});
