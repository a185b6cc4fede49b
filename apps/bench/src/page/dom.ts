// The few helpers a page without a framework needs.

type Child = Node | string;
type Props = Readonly<Record<string, string | boolean | number | undefined>>;

/** An element with attributes and children; a boolean attribute is there or not. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** A table of a head of one row, and rows. */
export function tableOf(head: readonly Node[], rows: readonly Node[], ...before: readonly Node[]): HTMLTableElement {
  return el("table", {}, ...before, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
}

/** Shows values in large type, each with what it is below. */
export function showTiles(id: string, list: readonly (readonly [value: string, name: string])[]): void {
  byId(id, HTMLElement).replaceChildren(
    ...list.map(([value, name]) => el("div", { class: "tile" }, el("b", {}, value), el("span", {}, name))),
  );
}

/** The element with an id, of a class. @throws TypeError when the page has no such element */
export function byId<T extends HTMLElement>(id: string, type: abstract new (...args: never[]) => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`page: there must be a ${type.name} #${id}.`);
  return element;
}

/** Offers bytes as a file. */
export function download(name: string, data: BlobPart, type = "application/json"): void {
  const url = URL.createObjectURL(new Blob([data], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A colour of the page's style sheet, as it is now. */
export function cssColor(name: string): string {
  const probe = el("i", { style: `color: var(${name}); display: none` });
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls back when the reader switches between light and dark. */
export function onSchemeChange(redraw: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** Okabe and Ito's palette, in the order we use it; with a marker of its own each, so that colour is never alone. */
export const palette: readonly string[] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
