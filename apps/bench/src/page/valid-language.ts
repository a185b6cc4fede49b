// A browser started under the C or POSIX locale calls its language "en-US@posix", which is no language tag: `new Intl.NumberFormat(navigator.language)` raises.
// The plot library does that as it loads, so this module is imported before it.

/** The tag where it is one; else its part before the modifier, where that is one; else English. */
export function validLanguage(tag: string): string {
  const [beforeModifier = ""] = tag.split(/[@.]/);
  return [tag, beforeModifier.replaceAll("_", "-")].find(isLanguageTag) ?? "en-US";
}

function isLanguageTag(tag: string): boolean {
  try {
    return tag !== "" && Intl.getCanonicalLocales(tag).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const { language } = navigator;
const valid = validLanguage(language);
if (valid !== language) Object.defineProperty(navigator, "language", { configurable: true, get: () => valid });
