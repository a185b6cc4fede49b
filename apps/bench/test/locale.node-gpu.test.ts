// The built pages in a browser started under each locale that has no language tag.
import { unlessFull } from "@x/testing/is-full";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openBrowser, openPage, servePage } from "./serve.ts";

vi.setConfig({ testTimeout: 180_000 });

let site: Awaited<ReturnType<typeof servePage>>;

beforeAll(async () => {
  site = await servePage();
}, 60_000);

afterAll(async () => {
  await site?.close();
});

it.each(unlessFull(["C", "POSIX", "C.UTF-8"], (locale) => locale === "C"))(
  "both pages start under LC_ALL=%s",
  async (locale) => {
    const browser = await openBrowser({ env: { LC_ALL: locale, LANG: locale, LANGUAGE: "" } });
    try {
      for (const path of ["", "model.html"]) {
        const { page, errors } = await openPage(browser, `${site.url}${path}`);
        expect(errors).toEqual([]);
        expect(await page.evaluate(() => new Intl.NumberFormat(navigator.language).format(1))).toBe("1");
      }
    } finally {
      await browser.close();
    }
  },
);
