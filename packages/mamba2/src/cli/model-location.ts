// Where a command reads a model from: a folder, or a repository of a hub by its name. What exists as a path is a path.
import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import cliProgress from "cli-progress";
import { CheckpointError } from "@x/tensor/core";
import type { FileReader } from "../checkpoint/files.ts";
import { ggufOf, looksLikeRepository } from "../hub/names.ts";
import type { DownloadProgress, RepositoryOptions } from "../hub/options.ts";
import { openRepository, type Repository } from "../hub/repository.ts";
import { folderReader } from "../node/folder.ts";
import { hubFolder } from "../node/hub-folder.ts";
import { type Io, type Option, type Options, UsageError } from "./command.ts";

export const HUB_OPTIONS: readonly Option[] = [
  { name: "revision", value: "REV", help: "branch, tag or commit of a repository; owner/name@REV says it too" },
  { name: "token", value: "TOKEN", help: "opens private repositories; default HF_TOKEN" },
  { name: "offline", help: "read what is in the cache and ask nobody; HF_HUB_OFFLINE=1 does so too" },
];

/** Options that may name a repository. */
const PLACES = ["model", "tokenizer", "adapter", "resume"] as const;

/** Raises about options of a hub in a command that reads nothing from one. */
export function checkHubOptions(options: Options): void {
  const given = ["revision", "token"].find((name) => options.has(name));
  if (given === undefined || (options.has("name") && !options.has("model"))) return; // download's is one
  if (PLACES.some((place) => options.has(place) && fromHub(options.text(place)!))) return;
  throw new UsageError(`--${given} must be given with a repository of a hub; nothing is read from one.`);
}

const fromHub = (text: string): boolean => isRepository(text) || (!existsSync(text) && ggufOf(text) !== undefined);

const LINE_EVERY_MS = 10_000;

/** Repositories that a call has opened: the model and its tokenizer are of one. */
const opened = new WeakMap<Options, Map<string, Promise<Repository>>>();

/** A reader of the folder, the GGUF file or the repository that a text names; the files of a repository's checkpoint are in the cache then. */
export async function openReader(text: string, options: Options, io: Io): Promise<FileReader> {
  if (isGguf(text)) {
    const { ggufFiles } = await import("../gguf/files.ts");
    return ggufFiles(await folderReader(dirname(text)), basename(text));
  }
  const inside = existsSync(text) ? undefined : ggufOf(text);
  if (inside) {
    const repository = await openRepository(inside.repository, hubOptions(options, io));
    await repository.fetch([inside.file]);
    const { ggufFiles } = await import("../gguf/files.ts");
    return ggufFiles(repository, inside.file);
  }
  if (!isRepository(text)) return folderReader(text);
  const known = opened.get(options) ?? new Map<string, Promise<Repository>>();
  opened.set(options, known);
  const repository = known.get(text) ?? downloaded(text, options, io);
  known.set(text, repository);
  return repository;
}

/** Whether a text names a GGUF file here. */
function isGguf(text: string): boolean {
  return /\.gguf$/i.test(text) && (statSync(text, { throwIfNoEntry: false })?.isFile() ?? false);
}

/** Whether a text names a repository: it could, and there is no such path. */
export function isRepository(text: string): boolean {
  return !existsSync(text) && looksLikeRepository(text);
}

/** Opens a repository and downloads what its checkpoint needs, with progress on stderr. */
export async function downloaded(text: string, options: Options, io: Io): Promise<Repository> {
  const progress = startProgress(text);
  try {
    const repository = await openRepository(text, { ...hubOptions(options, io), onProgress: progress.show });
    await repository.fetch(await repository.checkpointFiles());
    return repository;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(`${error.message} (There is no folder "${text}" here either.)`, {
      ...error.fields,
      cause: error,
    });
  } finally {
    progress.stop();
  }
}

/** How repositories are opened: `--revision`, `--token`, `--offline`. */
export function hubOptions(options: Options, io: Io): RepositoryOptions {
  const [revision, token] = [options.text("revision"), options.text("token")];
  return {
    cache: hubFolder(),
    onWarning: (warning) => io.note(warning),
    ...(revision !== undefined && { revision }),
    ...(token !== undefined && { token }),
    ...(options.flag("offline") && { offline: true }),
  };
}

interface Shown {
  show(progress: DownloadProgress): void;
  stop(): void;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** A bar on a terminal, a line now and then elsewhere; nothing where all is there before. */
function startProgress(text: string): Shown {
  let last = performance.now();
  let bar: cliProgress.SingleBar | undefined;
  return {
    show({ loadedBytes, totalBytes, file }) {
      if (loadedBytes >= totalBytes && bar === undefined) return;
      if (process.stderr.isTTY) {
        if (!bar) {
          const format = `${text} {bar} {done}/{all} MB · {eta_formatted} left`;
          bar = new cliProgress.SingleBar({ format, stream: process.stderr }, cliProgress.Presets.shades_classic);
          bar.start(totalBytes, loadedBytes, { done: megabytes(loadedBytes), all: megabytes(totalBytes) });
        }
        return bar.update(loadedBytes, { done: megabytes(loadedBytes) });
      }
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      process.stderr.write(`${text}: ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB, ${file}\n`);
    },
    stop: () => bar?.stop(),
  };
}
