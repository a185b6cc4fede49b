// Modules that only the bundler knows.
declare module "*?worker&url" {
  const url: string;
  // oxlint-disable-next-line import/no-default-export -- what the bundler gives
  export default url;
}
declare module "*.css" {}
declare module "virtual:peers" {
  export const peerModules: Readonly<Record<string, (() => Promise<unknown>) | undefined>>;
  export const peerVersions: Readonly<Record<string, string>>;
}
/** Of the packages. */
declare const libraryVersion: string;
/** Where the repository is read, once a package.json says so; else empty. */
declare const repositoryUrl: string;
