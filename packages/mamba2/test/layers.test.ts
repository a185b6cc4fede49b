// Models of every kind of layer and option have the parameters of their description.
import { expect, it } from "vitest";
import { Mamba2LM, mamba2Config, parameterShapes } from "@x/mamba2";
import { OPTION_CASES } from "./sequences/models.ts";

it.each([...OPTION_CASES])("%s", (_, { fields }) => {
  const shapes = new Map(new Mamba2LM(fields).parameters().map(({ path, shape }) => [path, shape]));
  expect(shapes).toEqual(parameterShapes(mamba2Config(fields)));
});
