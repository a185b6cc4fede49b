// mamba2 download: what a model needs, from a hub into the cache that Python's library uses too.
import { snapshotFolder } from "../node/hub-folder.ts";
import { type Command, UsageError } from "./command.ts";
import { downloaded, HUB_OPTIONS, isRepository } from "./model-location.ts";

export const downloadCommand: Command = {
  name: "download",
  summary: "fetch a model from a hub: configuration, tokenizer and weights, checked",
  positionals: ["name"],
  options: [{ name: "name", value: "OWNER/NAME[@REV]", required: true, help: "the repository" }, ...HUB_OPTIONS],
  async run(options, io) {
    const name = options.require("name");
    if (!isRepository(name))
      throw new UsageError(
        `download: the name of a repository must be owner/name, and no path that exists; got "${name}".`,
      );
    const repository = await downloaded(name, options, io);
    const files = [...(await repository.checkpointFiles())];
    let bytes = 0;
    for (const file of files) bytes += (await repository.size(file)) ?? 0;
    const folder = snapshotFolder(repository.repository, repository.commit);
    io.print(
      `${repository.repository} at ${repository.commit}: ${files.length} files, ${(bytes / 1e6).toFixed(
        1,
      )} MB in ${folder}`,
    );
    return {
      repository: repository.repository,
      revision: repository.revision,
      commit: repository.commit,
      files,
      bytes,
      folder,
    };
  },
};
