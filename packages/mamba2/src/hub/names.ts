// Names of repositories on a hub, and where they and their files are found.
import { describeValue } from "@x/base";
import { CheckpointError, type CheckpointErrorFields, ConfigError } from "@x/tensor/core";

/** A repository at a revision. */
export interface RepositoryName {
  /** "owner/name", or "name" of the few that have no owner */
  readonly name: string;
  /** a branch, tag or commit; undefined where none is said */
  readonly revision: string | undefined;
}

const PART = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?$/;
/** A branch or a tag as git takes it, and nothing that leads out of a folder. */
const REVISION = /^(?!.*(?:\.\.|\/\/|@\{))[A-Za-z0-9_][A-Za-z0-9._/+-]{0,254}$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** Whether a revision is a commit, which is always the same files. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/**
 * Reads `owner/name` or `owner/name@revision`.
 *
 * @throws ConfigError for what names no repository
 * @example
 * console.log(repositoryName("state-spaces/mamba2-130m@main").revision); // main
 */
export function repositoryName(text: string): RepositoryName {
  const named = typeof text === "string" ? parsed(text) : undefined;
  if (named) return named;
  throw new ConfigError(
    `hub: the name of a repository must be owner/name, with @revision where it is not main; got ${describeValue(text)}.`,
    { field: "name", got: text },
  );
}

/** Whether a text could be the name of a repository, with an owner: a path is taken for one first. */
export function looksLikeRepository(text: string): boolean {
  return text.includes("/") && parsed(text) !== undefined;
}

/** Raises unless a revision is one that git could have. @throws ConfigError */
export function requireRevision(revision: unknown): asserts revision is string {
  if (typeof revision === "string" && REVISION.test(revision) && !/[/.]$|\.lock$/.test(revision)) return;
  throw ConfigError.must("hub", "revision", "be the name of a branch, a tag or a commit", revision);
}

function parsed(text: string): RepositoryName | undefined {
  const at = text.indexOf("@");
  const [name, revision] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  const parts = name.split("/");
  if (parts.length > 2 || !parts.every((part) => PART.test(part) && !part.includes("--") && !part.includes("..")))
    return undefined;
  if (revision !== undefined) requireRevision(revision);
  return { name, revision };
}

/** What an error of the hub says beside its sentence. */
export interface HubErrorFields extends CheckpointErrorFields {
  readonly repository: string;
  /** the status of the answer, where there was one */
  readonly status?: number;
  /** the hub's own word for what is wrong: RepoNotFound, GatedRepo, RevisionNotFound, EntryNotFound … */
  readonly code?: string;
}

/** An error about a repository, in one sentence. */
export function hubError(sentence: string, fields: HubErrorFields): CheckpointError {
  return new CheckpointError(`hub: ${sentence}`, fields);
}

/** A GGUF file of a repository, named owner/name/FILE.gguf; undefined for other texts. */
export function ggufOf(text: string): { readonly repository: string; readonly file: string } | undefined {
  const [, repository, file] = /^([^/]+\/[^/]+)\/([^/]+\.gguf)$/i.exec(text) ?? [];
  return repository === undefined || file === undefined ? undefined : { repository, file };
}
