// Search: a dialog over an index that is loaded when it opens first.
import MiniSearch from "minisearch";
import { searchOptions } from "../shared/search-options.ts";

const most = 20;
const site = new URL(document.body.dataset["site"] ?? "", document.baseURI);
let index: Promise<MiniSearch> | undefined;

async function loadIndex(): Promise<MiniSearch> {
  const url = new URL(`assets/search.json?v=${document.body.dataset["version"]}`, site);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return MiniSearch.loadJSON(await response.text(), searchOptions);
}

const dialog = document.createElement("dialog");
dialog.id = "search";
dialog.setAttribute("aria-label", "Search");
const input = Object.assign(document.createElement("input"), {
  type: "search",
  placeholder: "Search guides and API",
  autocomplete: "off",
  spellcheck: false,
});
input.setAttribute("aria-label", "Search guides and API");
const list = document.createElement("ol");
const note = Object.assign(document.createElement("p"), { className: "note" });
note.setAttribute("role", "status");
dialog.append(input, note, list);
document.body.append(dialog);

function choose(step: number): void {
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = at + step;
  if (next < 0) input.focus();
  else links[Math.min(next, links.length - 1)]?.focus();
}

async function find(): Promise<void> {
  const words = input.value.trim();
  let results;
  try {
    results = words === "" ? [] : (await (index ??= loadIndex())).search(words).slice(0, most);
  } catch (error) {
    index = undefined;
    note.textContent = `The index cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return;
  }
  if (words !== input.value.trim()) return; // typed on meanwhile
  note.textContent = words === "" ? "" : results.length === 0 ? `Nothing for “${words}”.` : "";
  list.replaceChildren(
    ...results.map(({ url, page, title }) => {
      const link = Object.assign(document.createElement("a"), { href: new URL(String(url), site).href });
      const where = Object.assign(document.createElement("small"), { textContent: page === title ? "" : String(page) });
      link.append(String(title), " ", where);
      link.addEventListener("click", () => dialog.close());
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
}

input.addEventListener("input", () => void find());
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") choose(1);
  else if (event.key === "ArrowUp") choose(-1);
  else if (event.key === "Enter" && document.activeElement === input) list.querySelector("a")?.click();
  else return;
  event.preventDefault();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // beside it
});

/** Opens the dialog. */
export async function openSearch(): Promise<void> {
  if (!dialog.open) dialog.showModal();
  input.select();
  await find();
}
