// Where downloads are kept: what a folder of Node and a page's own file system have in common.
import type { FileReader } from "../checkpoint/sources.ts";
import type { HubFile } from "./ranges.ts";

/** A reader of files of any size. */
export type RangeReader = FileReader & Required<Pick<FileReader, "size" | "range">>;

/** A place that keeps files of repositories. Of a file it holds all bytes, checked, or it does not hold the file. */
export interface HubCache {
  /** where it is, for sentences */
  readonly place: string;
  /** the commit that a revision named when it was last asked for; undefined when it never was */
  commitOf(repository: string, revision: string): Promise<string | undefined>;
  /** Keeps the commit of a revision, for when the hub cannot be asked. */
  keepCommit(repository: string, revision: string, commit: string): Promise<void>;
  /** The files of a commit that are there. */
  reader(repository: string, commit: string): Promise<RangeReader>;
  /** Begins to write a file, or goes on with what an earlier download left; undefined when the file is there. */
  begin(repository: string, commit: string, file: HubFile): Promise<PartialFile | undefined>;
  /** Keeps that a commit has no file of this name. */
  keepAbsent(repository: string, commit: string, path: string): Promise<void>;
}

/** A file on its way into a cache: its first bytes. */
export interface PartialFile {
  /** bytes that are there when it starts */
  readonly sizeBytes: number;
  read(start: number, end: number): Promise<Uint8Array>;
  append(bytes: Uint8Array): Promise<void>;
  /** All bytes are there and have the checksum: from now on the file is there. */
  finish(): Promise<void>;
  /** Keeps the bytes for another time. */
  release(): Promise<void>;
  /** Forgets the bytes. */
  discard(): Promise<void>;
}
