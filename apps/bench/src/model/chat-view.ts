// The conversation on the model page: what is said, what it costs, and what the model remembers of it.
import { digits } from "../core/format.ts";
import { byId, el, showTiles } from "../page/dom.ts";
import { drawHeat } from "./heat.ts";
import type { Held, Reply, Request } from "./protocol.ts";

type Replied = Extract<Reply, { type: "replied" }>;

/** What the view needs of the page around it. */
export interface ChatPage {
  ask(request: Request): void;
  device(): "auto" | "webgpu" | "cpu";
  held(): Held;
  /** the colour behind heat maps, 0 … 255 */
  ground(): readonly number[];
}

const log = (): HTMLElement => byId("chat-log", HTMLElement);
const field = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
const number = (id: string): number => Number(field(id).value);

let page: ChatPage;
let last: Replied | undefined;

/** Makes the forms work. */
export function startChat(given: ChatPage): void {
  page = given;
  byId("open-model", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    page.ask({ type: "load", name: field("model").value.trim(), held: page.held(), device: page.device() });
  });
  byId("chat", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field("say").value;
    if (text.trim() === "" || byId("send", HTMLButtonElement).disabled) return;
    field("say").value = "";
    bubble("user", text);
    bubble("assistant", "");
    page.ask({
      type: "say",
      text,
      system: field("system").value.trim(),
      template: byId("template", HTMLTextAreaElement).value,
      tokens: number("chat-tokens"),
      temperature: number("chat-temperature"),
      seed: number("seed"),
    });
  });
  byId("forget", HTMLButtonElement).addEventListener("click", () => page.ask({ type: "forget" }));
  byId("chat-stop", HTMLButtonElement).addEventListener("click", () => page.ask({ type: "stop" }));
  byId("undo", HTMLButtonElement).addEventListener("click", () => page.ask({ type: "undo" }));
  byId("reset", HTMLButtonElement).addEventListener("click", () => page.ask({ type: "reset" }));
}

/** Whether something is under way, and whether there is a model to talk with. */
export function setChatBusy(busy: boolean, hasModel: boolean): void {
  for (const id of ["send", "undo", "reset"]) byId(id, HTMLButtonElement).disabled = busy || !hasModel;
  for (const id of ["open", "forget"]) byId(id, HTMLButtonElement).disabled = busy;
  byId("chat-stop", HTMLButtonElement).disabled = !busy;
}

/** Shows a reply that is about the conversation. */
export function hearChat(reply: Reply): void {
  switch (reply.type) {
    case "model":
      log().replaceChildren();
      byId("chat-maps", HTMLElement).replaceChildren();
      showTiles("chat-tiles", []);
      byId("opened", HTMLElement).textContent = `${reply.config.nLayer} layers, ${reply.config.vocabSize} tokens.`;
      break;
    case "downloading":
      byId("opened", HTMLElement).textContent =
        `${digits(reply.loadedBytes / 2 ** 20)} of ${digits(reply.totalBytes / 2 ** 20)} MiB`;
      break;
    case "reply": {
      const text = log().lastElementChild?.lastElementChild;
      text?.append(reply.text);
      log().scrollTop = log().scrollHeight;
      break;
    }
    case "messages":
      log().replaceChildren();
      for (const { role, content } of reply.messages) bubble(role, content);
      break;
    case "replied":
      last = reply;
      showTiles("chat-tiles", [
        [digits(reply.tokensPerSecond), "tokens per second"],
        [`${digits(reply.firstMs)} ms`, `to the first text, ${reply.readTokens} tokens read`],
        [`${digits(reply.stateBytes / 1024)} KiB`, "state, whatever the length"],
        [
          reply.cacheBytes === 0 ? "none" : `${digits(reply.cacheBytes / 1024)} KiB`,
          reply.cacheBytes === 0 ? "KV cache: no attention" : `KV cache, room for ${reply.cacheTokens} tokens`,
        ],
      ]);
      drawMaps();
      break;
    default:
  }
}

/** Draws what the model remembers again, such as in other colours. */
export function drawMaps(): void {
  byId("chat-maps", HTMLElement).replaceChildren(
    ...(last?.maps ?? []).map(({ title, rows, columns, values }) => {
      const canvas = el("canvas", { class: "heat", role: "img" });
      drawHeat(canvas, rows, columns, values, page.ground());
      canvas.setAttribute("aria-label", `${title}: ${rows} across, ${columns} down`);
      return el("figure", {}, canvas, el("figcaption", { class: "muted" }, `${title}, ${rows} × ${columns}`));
    }),
  );
}

function bubble(role: string, text: string): void {
  log().append(el("div", { class: role === "user" ? "said mine" : "said" }, el("b", {}, role), el("span", {}, text)));
  log().scrollTop = log().scrollHeight;
}
