// How many tests passed, by the reports that vitest and Deno write.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {Counts} */
export function noCounts() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** @param {string} json @returns {Counts} */
export function vitestCounts(json) {
  const result = JSON.parse(json);
  // A file that does not load has no tests: it counts as one failure.
  const broken = result.testResults.filter(
    (/** @type {any} */ file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** @param {string} xml of JUnit's form @returns {Counts} */
export function denoCounts(xml) {
  const total = (/** @type {string} */ name) =>
    [...xml.matchAll(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`, "g"))].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  const [failed, skipped] = [total("failures") + total("errors"), total("disabled")];
  return { passed: total("tests") - failed - skipped, failed, skipped };
}
