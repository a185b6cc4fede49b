// What pages do: menu, theme, copying code, search, live blocks.
import { liveBlock } from "./live.ts";

document.querySelector("#theme")!.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset["theme"]
    ? root.dataset["theme"] === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset["theme"] = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset["theme"]);
});

const menu = document.querySelector<HTMLButtonElement>("#menu");
function setMenu(open: boolean): void {
  document.body.classList.toggle("menu-open", open);
  menu?.setAttribute("aria-expanded", String(open));
}
menu?.addEventListener("click", () => setMenu(!document.body.classList.contains("menu-open")));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("menu-open")) {
    setMenu(false);
    menu?.focus();
  }
});

// A page of its own length for the navigation: the current page is in view.
document.querySelector("#navigation [aria-current]")?.scrollIntoView({ block: "nearest" });

for (const block of document.querySelectorAll<HTMLElement>(".block")) {
  const button = Object.assign(document.createElement("button"), { className: "copy", textContent: "Copy" });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code")!.textContent ?? "");
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  block.append(button);
}
// Code that is wider than its box is scrolled with the arrow keys.
for (const code of document.querySelectorAll<HTMLElement>("pre.code"))
  if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;

for (const block of document.querySelectorAll<HTMLElement>("x-live")) liveBlock(block);

const searchButton = document.querySelector<HTMLButtonElement>("#search-open")!;
async function search(): Promise<void> {
  const { openSearch } = await import("./search.ts");
  await openSearch();
}
searchButton.addEventListener("click", () => void search());
addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing)) {
    event.preventDefault();
    void search();
  }
});
document.body.dataset["ready"] = "true";
