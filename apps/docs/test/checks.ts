// What is asked of a page in a browser: that it fits a phone, that its text can be read, that its live code runs.
import type { Browser, Page } from "playwright-core";

/** A page of the site that remembers errors, violations of its policy among them. */
export async function openSite(
  browser: Browser,
  options: { readonly phone?: boolean; readonly dark?: boolean } = {},
): Promise<{ readonly page: Page; readonly errors: string[] }> {
  const context = await browser.newContext({
    viewport: options.phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
    colorScheme: options.dark ? "dark" : "light",
  });
  // Node's loader of TypeScript names functions by a helper, which functions that are sent to the page take along.
  await context.addInitScript({ content: "globalThis.__name ??= (named) => named;" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => errors.push(`${page.url()}: ${error.message}`));
  return { page, errors };
}

/** Goes to a page and waits until its scripts have run. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => document.body.dataset["ready"] === "true");
}

/** What is wider than the window, and is not within something that scrolls. */
export function widerThanWindow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll("main *")].filter(
      (element) =>
        element.getBoundingClientRect().right > innerWidth && !element.closest(".scroll, pre, .editor, .picture"),
    );
    return [
      `${document.documentElement.scrollWidth} > ${innerWidth}: ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 90))}`,
    ];
  });
}

/** Text whose contrast with its background is below 4.5 (3 for large text): WCAG 2.2, AA. */
export function faintText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", {
      willReadFrequently: true,
    })!;
    const parsed = (color: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (rgb: readonly number[]): number => {
      const [r, g, b] = rgb.map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const behind = (element: Element | null): number[] => {
      for (let at = element; at; at = at.parentElement) {
        const color = parsed(getComputedStyle(at).backgroundColor);
        if (color[3] === 255) return color;
      }
      return parsed("white");
    };
    const faults = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (!node.textContent!.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
      const style = getComputedStyle(element);
      const [one, other] = [luminance(parsed(style.color)), luminance(behind(element))];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (contrast < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5))
        faults.add(
          `${contrast.toFixed(2)}: ${element.tagName}.${element.className} "${node.textContent!.trim().slice(0, 30)}"`,
        );
    }
    return [...faults];
  });
}

/** Runs every live block of the page, one after another; returns what each printed. @throws Error for one that fails */
export async function runLiveBlocks(page: Page): Promise<string[]> {
  const printed: string[] = [];
  const blocks = page.locator("x-live");
  for (let at = 0; at < (await blocks.count()); at++) {
    const block = blocks.nth(at);
    await block.locator(".run").click();
    await page.waitForFunction(
      (i) => /done|failed/.test(document.querySelectorAll<HTMLElement>("x-live")[i]!.dataset["state"] ?? ""),
      at,
    );
    const text = await block.locator(".output").innerText();
    if ((await block.getAttribute("data-state")) !== "done")
      throw new Error(`${page.url()}, live block ${at + 1}: ${text}`);
    if (text.trim() === "")
      throw new Error(`${page.url()}, live block ${at + 1}: must print something; it printed nothing.`);
    printed.push(text);
  }
  return printed;
}
