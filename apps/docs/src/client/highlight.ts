// Colours what a reader types, with the classes of the code that the build coloured.
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/javascript";

const colours = tagHighlighter([
  { tag: tags.keyword, class: "k-keyword" },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], class: "k-string-expression" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], class: "k-comment" },
  { tag: [tags.number, tags.bool, tags.null], class: "k-constant" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "k-function" },
  { tag: [tags.operator, tags.compareOperator, tags.arithmeticOperator, tags.definitionOperator], class: "k-keyword" },
]);

/** Code as nodes. */
export function highlighted(code: string): DocumentFragment {
  const result = document.createDocumentFragment();
  highlightCode(
    code,
    parser.parse(code),
    colours,
    (text, names) => {
      if (!names) return result.append(text);
      result.append(Object.assign(document.createElement("span"), { className: names, textContent: text }));
    },
    () => result.append("\n"),
  );
  return result;
}
