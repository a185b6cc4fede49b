import { expect, it, vi } from "vitest";

it.each([
  ["en-US@posix", "en-US"],
  ["de_DE.UTF-8@euro", "de-DE"],
  ["C", "en-US"],
  ["POSIX", "POSIX"],
  ["", "en-US"],
  ["fr", "fr"],
  ["zh-Hant-TW", "zh-Hant-TW"],
  ["@posix", "en-US"],
])("%j is read as %j", async (tag, valid) => {
  vi.stubGlobal("navigator", { language: "en-US" });
  const { validLanguage } = await import("../src/page/valid-language.ts");
  expect(validLanguage(tag)).toBe(valid);
});
