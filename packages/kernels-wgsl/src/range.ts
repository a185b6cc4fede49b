/** The numbers from 0 up to `count`, of which the text of a kernel has a line each. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
