// Colours code while the site is built. Colours are classes, not style attributes, which a strict content security policy forbids.
import { type BundledLanguage, createCssVariablesTheme, createHighlighter, type ShikiTransformer } from "shiki";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";

const theme = createCssVariablesTheme({ name: "site", variablePrefix: "--shiki-" });
const languages = ["ts", "js", "json", "wgsl", "html", "python", "sh"] as const satisfies BundledLanguage[];
const highlighter = await createHighlighter({
  themes: [theme],
  langs: [...languages],
  engine: createJavaScriptRegexEngine(),
});

const plain = "var(--shiki-foreground)";

const classes: ShikiTransformer = {
  name: "classes",
  pre(node) {
    delete node.properties["style"];
    node.properties["class"] = "code";
  },
  span(node) {
    const style = String(node.properties["style"] ?? "");
    delete node.properties["style"];
    const token = /--shiki-token-([\w-]+)/.exec(style)?.[1];
    if (token !== undefined) node.properties["class"] = `k-${token}`;
    else if (style !== "" && !style.includes(plain)) throw new Error(`highlight: no class for the style "${style}".`);
  },
};

/** `<pre class="code">` with classes `k-…`; text of a language that is not known here stays without. */
export function highlight(code: string, language: string): string {
  const known = (languages as readonly string[]).includes(language);
  return highlighter.codeToHtml(code.replace(/\n$/, ""), {
    lang: known ? language : "text",
    theme: "site",
    transformers: [classes],
  });
}
