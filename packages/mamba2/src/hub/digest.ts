// Checksums as the hub states them: SHA-256 of files in large storage, git's SHA-1 of everything else.
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Digest, incrementalHash } from "../hashes/incremental-hash.ts";
import type { HubFile } from "./ranges.ts";

/** The checksum that a file must have to be the file that its listing names: {@link HubFile.etag}. */
export function digestOf({ etag, sizeBytes }: HubFile): Digest {
  const large = etag.length === 64;
  const digest = large
    ? incrementalHash("sha256", () => sha256.create())
    : incrementalHash("sha1", () => sha1.create());
  if (!large) digest.update(new TextEncoder().encode(`blob ${sizeBytes}\0`)); // git's header of an object
  return digest;
}
