// Whether the model that an adapter is loaded into is the one that its file names. Other weights of the same sizes take it as well, and compute nonsense.
import { ADAPTER_CONFIG } from "../checkpoint/file-names.ts";

/** What adapter_config.json says of its base. */
export interface StatedBase {
  /** a repository, or a folder of whoever trained it */
  readonly name: string | undefined;
  readonly revision: string | undefined;
}

/** A warning where an adapter names another base. @param given name, with @revision, or folder of the model; undefined where nobody knows it */
export function otherBase({ name, revision }: StatedBase, given: string | undefined): string[] {
  if (name === undefined || name === "" || given === undefined) return [];
  const [own, at] = parts(given);
  const [stated, inName] = parts(name);
  const wanted = revision ?? inName;
  if (isSame(stated, own) && (wanted === undefined || at === undefined || wanted === at)) return [];
  const full = wanted === undefined ? stated : `${stated}@${wanted}`;
  return [
    `adapter: ${ADAPTER_CONFIG} says that its base is ${JSON.stringify(full)}; the model is ${JSON.stringify(given)}. It is right only with the weights that it was trained with.`,
  ];
}

/** Name and revision; the folder of a hub's cache is the repository. */
function parts(text: string): [name: string, revision: string | undefined] {
  const [, owner, name, commit] = /models--([^/\\]+?)--([^/\\]+)(?:[/\\]snapshots[/\\]([^/\\]+))?/.exec(text) ?? [];
  if (owner !== undefined) return [`${owner}/${name}`, commit];
  const [, before, revision] = /^([^/@]+\/[^/@]+)@(.+)$/.exec(text) ?? [];
  return [(before ?? text).replace(/[/\\]+$/, ""), revision];
}

/** Repositories have the same name; a folder has that of a repository, or of a folder elsewhere. */
function isSame(a: string, b: string): boolean {
  const isRepository = (text: string): boolean => /^[^./\\~][^/\\]*\/[^/\\]+$/.test(text);
  const last = (text: string): string => text.split(/[/\\]/).at(-1)!;
  const same = (x: string, y: string): boolean => x.toLowerCase() === y.toLowerCase();
  return isRepository(a) && isRepository(b) ? same(a, b) : same(last(a), last(b));
}
