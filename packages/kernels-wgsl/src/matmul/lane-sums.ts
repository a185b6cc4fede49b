// Many sums over the lanes of a subgroup at once, as WGSL text. As long as there are two halves of them, each of two lanes
// hands one half to the other and keeps the other half: 64 sums over 32 lanes take 62 shuffles where one by one takes 320.
// Every sum is added up in the same order, whatever it is one of.

/** Which of the sums a lane has at the end, in the variables of the first ones. */
export interface LaneSums {
  /** statements */
  readonly text: readonly string[];
  readonly rows: number;
  readonly columns: number;
  /** WGSL expressions: the row and the column that a lane's first sum is of */
  readonly row: string;
  readonly column: string;
  /** WGSL condition of a lane's being the first of those that have the same sums */
  readonly first: string;
}

/**
 * Halves rows while their number is even, then columns, then adds up what is left in every lane. So sums of one row each
 * (`columns` 1) end up in the lanes that have sums of these rows.
 *
 * @param lanes of a subgroup, a power of two; the variable `lane` counts them
 * @param name of the variable of a row and a column
 */
export function laneSums(
  lanes: number,
  rows: number,
  columns: number,
  name: (row: number, column: number) => string,
): LaneSums {
  const text: string[] = [];
  let [row, column, same] = ["0u", "0u", 0];
  for (let offset = lanes / 2; offset >= 1; offset /= 2) {
    const down = rows % 2 === 0 ? rows / 2 : 0;
    const across = down === 0 && columns % 2 === 0 ? columns / 2 : 0;
    const upper = `(lane & ${offset}u) != 0u`;
    rows -= down;
    columns -= across;
    if (down > 0) row += ` + select(0u, ${down}u, ${upper})`;
    else if (across > 0) column += ` + select(0u, ${across}u, ${upper})`;
    else same += offset;
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const [low, high] = [name(i, j), name(i + down, j + across)]; // one and the same where nothing is halved
        text.push(
          `${low} = select(${low}, ${high}, ${upper}) + subgroupShuffleXor(select(${high}, ${low}, ${upper}), ${offset}u);`,
        );
      }
  }
  return { text, rows, columns, row, column, first: `(lane & ${same}u) == 0u` };
}
