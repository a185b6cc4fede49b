// Apart from the schema, so that who only writes reports, the page's worker, is not weighed down by the library that reads them.
/** The version of the format; a reader refuses others. */
export const reportFormat = "x-bench/1";
