// The first page: the result first, then the three lines, live, then what was measured, each number with the file that says it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlocks } from "@x/testing/code-blocks";
import { relativeUrl } from "./links.ts";
import { escapeHtml } from "./layout.ts";
import { highlight } from "./highlight.ts";
import { firstParagraph, firstSentence } from "./llms.ts";
import type { Section } from "./pages.ts";
import { root } from "./root.ts";

/** A number of the first page. The build fails when its source no longer says it. */
interface Figure {
  readonly value: string;
  readonly unit: string;
  readonly what: string;
  readonly source: string;
  readonly says: string;
}

const figures: readonly Figure[] = [
  {
    value: "16,900",
    unit: "tokens/s",
    what: "training from nothing, 279 k parameters, on one CPU core, no GPU",
    source: "README.md",
    says: "16903 tokens/s          one CPU core, 95 s",
  },
  {
    value: "29,500",
    unit: "tokens/s",
    what: "training mamba2-130m in f32 on an H200, as every page can; PyTorch eagerly 25,000 to 28,000",
    source: "README.md",
    says: "29,500 in f32, as every page can",
  },
  {
    value: "2,017",
    unit: "tokens/s",
    what: "greedy decoding of mamba2-130m in f32, one row, H200, by the host 1,077 to that; 980 as a CUDA graph in bf16, 53 eagerly",
    source: "README.md",
    says: "1,077 to 2,017 here in f32, by the host",
  },
  {
    value: "5.3 ×",
    unit: "as fast as jax-js",
    what: "the scan with its gradient on one CPU core, WebAssembly on both sides",
    source: "docs/performance/cpu-wasm.md",
    says: "5.31× / 5.23×",
  },
];

/** The blocks of the file that the first page shows. @throws Error when there is none */
function blockOf(source: string, language: string, at = 0): string {
  const block = codeBlocks(readFileSync(join(root, source), "utf8"), language)[at];
  if (!block) throw new Error(`${source}: must hold a block \`\`\`${language} for the first page; got none.`);
  return block.code;
}

/** @throws Error when a number's source does not say it any more */
function figure({ value, unit, what, source, says }: Figure, url: string): string {
  const folded = (text: string): string => text.replace(/\s+/g, " "); // lines may break anywhere
  if (!folded(readFileSync(join(root, source), "utf8")).includes(folded(says)))
    throw new Error(`landing: ${source} must say "${says}" for the figure ${value} ${unit}; it does not any more.`);
  return `<li><strong>${escapeHtml(value)}</strong> <span>${escapeHtml(unit)}</span><p>${escapeHtml(what)}</p><a href="${url}">where this is measured</a></li>`;
}

/** What the project is, in a sentence: the first paragraph of the README. */
export function aboutText(): string {
  return firstParagraph(readFileSync(join(root, "README.md"), "utf8")).replaceAll("**", "");
}

const layers: readonly (readonly [name: string, url: string, what: string])[] = [
  ["Kernels", "layers/kernels-wgsl.html", "WGSL over your own GPUDevice and buffers"],
  ["Tensors", "layers/tensor.html", "gradients and captured programs, on WebGPU and the CPU"],
  ["Modules", "layers/nn.html", "the scan, norms, losses, optimizers, a trainer"],
  ["Models", "layers/mamba2.html", "Mamba-2 and its hybrids: checkpoints, chat, serving"],
];

/** HTML of the first page. */
export function landing(sections: readonly Section[]): string {
  const urls = new Map(sections.flatMap(({ pages }) => pages.map(({ source, url }) => [source, url] as const)));
  const starts = sections[0]!.pages;
  const start = (page: (typeof starts)[number]): string =>
    `<li><a href="${page.url}"><strong>${escapeHtml(page.label)}</strong></a><p>${escapeHtml(firstSentence(firstParagraph(page.text)).replace(/[`*]/g, ""))}</p></li>`;
  const result = blockOf("README.md", "").trim();
  return `<section class="hero">
<div class="claim"><h1>Mamba‑2 that trains in your browser tab</h1>
<p class="lead">Tensor primitives on WebGPU and the CPU, layered up to complete Mamba‑2 language models that train and run in a page, in Node and in Deno. Take one kernel, or all of it.</p>
<p class="actions"><a class="button" href="#try">Train one here</a> <a class="button quiet" href="${starts[0]!.url}">Start in five minutes</a></p></div>
<figure class="result"><figcaption><code>npm ci &amp;&amp; npm start</code>: a byte-level model, from nothing, then left to write</figcaption>
<pre tabindex="0">${escapeHtml(result)}</pre></figure>
</section>
<section id="try"><h2>It learns while you watch</h2>
<p>This page has the library. The code below trains a model on your GPU, or on your CPU where there is none, and then lets it write. Change what you like. Nothing leaves your machine.</p>
<x-live>${highlight(blockOf("docs/start/train-in-a-tab.md", "ts"), "ts")}</x-live></section>
<section><h2>Measured</h2><ul class="figures">${figures.map((one) => figure(one, urls.get(one.source)!)).join("")}</ul>
<p>The slow rows are shown with the fast ones: <a href="${urls.get("docs/performance/README.md")}">all measurements</a>, with device, date, load and command, and <a href="${urls.get("docs/peers.md")}">beside peers</a>.</p></section>
<section><h2>Take what you need</h2><ul class="cards">${layers
    .map(
      ([name, url, what]) =>
        `<li><a href="${relativeUrl("index.html", url)}"><strong>${name}</strong></a><p>${what}</p></li>`,
    )
    .join("")}</ul></section>
<section><h2>Five minutes each</h2><ul class="cards three">${starts.map(start).join("")}</ul></section>
<footer><p>MIT licence. For language models: <a href="llms.txt">llms.txt</a>, <a href="llms-full.txt">llms-full.txt</a>.</p></footer>`;
}
