// The memory through which threads agree: words that change atomically, and the numbers of the job at hand.

/** Words of the control memory. */
export const word = {
  /** counts jobs; idle workers wait for it to change */
  generation: 0,
  /** {@link open} while workers may join the job, plus how many are in it */
  state: 1,
  /** the next unclaimed item */
  next: 2,
  count: 3,
  /** items in one claim */
  chunk: 4,
  /** number of the kernel, the address of its module in the shared memory and how long it is */
  kernel: 5,
  codeAddress: 6,
  codeBytes: 7,
  /** how many arguments there are, and which of them are the range */
  args: 8,
  beginAt: 9,
  endAt: 10,
  /** pairs (argument, bytes) that follow the arguments: by how much it is further on for each thread */
  own: 11,
  /** workers that have started */
  ready: 12,
  /** 1: workers end */
  stop: 13,
  /** letters of the message of the first worker that failed; 0: none has */
  failed: 14,
  /** items that workers have done */
  shared: 15,
} as const;

export const open: number = 1 << 16;
/** Address of the message, as 16-bit characters, and where the numbers begin; byte offsets. */
export const messageAt = 64;
export const messageLetters = 480;
export const numbersAt = 1024;
/** Room for the arguments of any kernel and for its own temporaries. */
export const mostNumbers = 256;
export const controlBytes: number = numbersAt + 8 * mostNumbers;
