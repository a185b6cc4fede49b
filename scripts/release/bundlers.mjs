// The part of npm run test:release that builds a page of the published packages with the bundlers people use, with and without the optional package webgpu installed:
// no error, no warning that names a package of ours or webgpu, and nothing of webgpu's native code in what a page loads.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspace.mjs";
import { installArguments, writeFolder } from "./folders.mjs";

/** Versions that were tried; they are installed only by this check. */
const versions = {
  esbuild: "0.28.2",
  vite: "8.3.8",
  webpack: "5.113.0",
  "webpack-cli": "7.3.1",
  next: "16.4.6",
  react: "19.3.1",
  "react-dom": "19.3.1",
};

/** What a page does with the packages: enough that every one of them is reached. */
const program = `import { cpuDevice, defaultDevice, tensor } from "@x/tensor";
import { Mamba2LM, preset } from "@x/mamba2";

export async function main() {
  const device = await defaultDevice();
  const model = new Mamba2LM(preset("tiny"), { seed: 0, device: cpuDevice() });
  const logits = model.forward(tensor([[1, 2, 3]], { dtype: "i32" }));
  return \`\${device.kind} \${logits.shape.join(" ")}\`;
}
`;

/** @type {Record<string, { packages: (keyof typeof versions)[], files: Record<string, string>, command: string[], output: string }>} */
const bundlers = {
  esbuild: {
    packages: ["esbuild"],
    files: { "entry.js": `${program}main().then(console.log);\n` },
    command: ["esbuild", "entry.js", "--bundle", "--format=esm", "--outdir=out", "--log-level=warning"],
    output: "out",
  },
  vite: {
    packages: ["vite"],
    files: {
      "index.html": '<!doctype html><script type="module" src="/entry.js"></script>\n',
      "entry.js": `${program}main().then(console.log);\n`,
      "vite.config.js": "export default { build: { chunkSizeWarningLimit: 2000 } };\n",
    },
    command: ["vite", "build", "--outDir", "out", "--logLevel", "warn"],
    output: "out",
  },
  webpack: {
    packages: ["webpack", "webpack-cli"],
    files: {
      "entry.js": `${program}main().then(console.log);\n`,
      "webpack.config.js":
        'export default { mode: "production", entry: "./entry.js", output: { path: import.meta.dirname + "/out" }, performance: { hints: false } };\n',
    },
    command: ["webpack", "--stats=errors-warnings"],
    output: "out",
  },
  "next (Turbopack)": {
    packages: ["next", "react", "react-dom"],
    files: {
      "app/layout.js":
        'export default function Layout({ children }) {\n  return <html lang="en"><body>{children}</body></html>;\n}\n',
      "app/page.js": `"use client";\nimport { useEffect, useState } from "react";\nimport { main } from "../lib/program.js";\n\nexport default function Page() {\n  const [text, setText] = useState("");\n  useEffect(() => void main().then(setText), []);\n  return <p>{text}</p>;\n}\n`,
      "app/api/route.js":
        'import { main } from "../../lib/program.js";\n\nexport const dynamic = "force-dynamic";\n\nexport async function GET() {\n  return new Response(await main());\n}\n',
      "lib/program.js": program,
      "next.config.mjs": "export default { turbopack: { root: import.meta.dirname } };\n",
    },
    command: ["next", "build"],
    output: ".next/static",
  },
};

/**
 * @param {import("./checks.mjs").Checks} checks
 * @param {{ folder: string, registry: import("./registry.mjs").Registry, versions: import("./rehearsal.mjs").Versions }} where
 */
export function checkBundlers(checks, { folder, registry, versions: { released } }) {
  const { webgpu } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
  for (const [name, { packages, files, command, output }] of Object.entries(bundlers)) {
    for (const installed of [false, true]) {
      const what = `${name}, ${installed ? "with" : "without"} webgpu`;
      const home = join(folder, what.replace(/\W+/g, "-"));
      const tools = Object.fromEntries(packages.map((tool) => [tool, versions[tool]]));
      const ours = { "@x/mamba2": released, "@x/tensor": released };
      writeFolder(home, registry, { ...ours, ...tools, ...(installed && { webgpu }) }, files);
      const options = { cwd: home, env: { NEXT_TELEMETRY_DISABLED: "1" } };
      const install = [...installArguments, "--ignore-scripts"];
      if (checks.command(`${what}: npm install`, "npm", install, options) === undefined) continue;
      const [tool = "", ...args] = command;
      const printed = checks.command(`${what}: builds`, join(home, "node_modules/.bin", tool), args, options);
      if (printed === undefined) continue;
      const complaint = printed.split("\n").find((line) => /warn|can't resolve|could not resolve/i.test(line));
      checks.note(`${what}: warns of nothing`, complaint?.trim());
      const scripts = readdirSync(join(home, output), { recursive: true, encoding: "utf8" }).filter((path) =>
        /\.m?js$/.test(path),
      );
      const texts = scripts.map((path) => readFileSync(join(home, output, path), "utf8"));
      checks.holds(
        `${what}: the built page holds the library`,
        texts.some((text) => text.includes("requestAdapter")),
        () => scripts.join(" "),
      );
      checks.holds(`${what}: nothing of webgpu's native code`, !texts.some((text) => text.includes("dawn.node")), () =>
        scripts.join(" "),
      );
    }
  }
}
