// The repositories of the hub for tests: their files as git and large storage have them.
import { createHash } from "node:crypto";

/** Made and sent at once. */
export const PIECE_BYTES = 2 ** 18;

/** A file of a repository: its bytes, or a way to make them, so that it may be of any size. */
export type ServedFile =
  | Uint8Array
  | { readonly sizeBytes: number; bytes(start: number, end: number): Uint8Array; readonly sha256?: string };

/** A repository, by revision. */
export interface ServedRepository {
  readonly revisions: Readonly<Record<string, ReadonlyMap<string, ServedFile>>>;
  /** whether only the server's token opens it */
  readonly private?: boolean;
  /** whether its owner asks for consent, which the token does not have */
  readonly gated?: boolean;
}

/** A file with its checksums. */
export interface Stored {
  readonly path: string;
  readonly sizeBytes: number;
  readonly oid: string;
  readonly sha256: string | undefined;
  bytes(start: number, end: number): Uint8Array;
}

/** A repository with its commits. */
export interface Served {
  readonly repository: ServedRepository;
  readonly commits: Map<string, string>;
  readonly files: Map<string, Map<string, Stored>>;
}

/** A repository's files, hashed; those of at least `largeBytes` are in large storage. */
export function served(name: string, repository: ServedRepository, largeBytes: number): Served {
  const [commits, files] = [new Map<string, string>(), new Map<string, Map<string, Stored>>()];
  for (const [revision, byName] of Object.entries(repository.revisions)) {
    const stored = new Map([...byName].map(([path, file]) => [path, store(path, file, largeBytes)]));
    const said = [...stored.values()].map(({ path, oid }) => `${path} ${oid}`).join("\n");
    const commit = createHash("sha1").update(`${name}\n${said}`).digest("hex");
    commits.set(revision, commit);
    files.set(commit, stored);
  }
  return { repository, commits, files };
}

function store(path: string, file: ServedFile, largeBytes: number): Stored {
  const given =
    file instanceof Uint8Array
      ? { sizeBytes: file.length, bytes: (start: number, end: number) => file.subarray(start, end) }
      : file;
  const large = given.sizeBytes >= largeBytes;
  const known = file instanceof Uint8Array ? undefined : file.sha256;
  const sha256 = large ? (known ?? hashed("sha256", given, "")) : undefined;
  // git has a pointer to what is in large storage
  const pointer = new TextEncoder().encode(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${given.sizeBytes}\n`,
  );
  const inGit = large ? { sizeBytes: pointer.length, bytes: () => pointer } : given;
  return {
    path,
    sizeBytes: given.sizeBytes,
    sha256,
    oid: hashed("sha1", inGit, `blob ${inGit.sizeBytes}\0`),
    bytes: (start, end) => given.bytes(start, end),
  };
}

function hashed(
  kind: "sha1" | "sha256",
  file: { readonly sizeBytes: number; bytes(start: number, end: number): Uint8Array },
  prefix: string,
): string {
  const hash = createHash(kind).update(prefix);
  for (let at = 0; at < file.sizeBytes; at += PIECE_BYTES)
    hash.update(file.bytes(at, Math.min(at + PIECE_BYTES, file.sizeBytes)));
  return hash.digest("hex");
}
