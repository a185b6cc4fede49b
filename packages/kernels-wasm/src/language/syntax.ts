// The syntax tree of kernel text.

/**
 * Types of values. `ptr` in a text is a u32: a byte address. `vec4b` is a mask per lane, `bool` one truth, `vec2d` two
 * doubles.
 */
export type Type = "u32" | "i32" | "f32" | "bool" | "vec4f" | "vec4i" | "vec4u" | "vec4b" | "vec2d";

export type Expr =
  | { readonly kind: "number"; readonly value: number; readonly float: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unary"; readonly op: string; readonly a: Expr }
  | { readonly kind: "binary"; readonly op: string; readonly a: Expr; readonly b: Expr }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: "lane"; readonly a: Expr; readonly lane: number };

export type Statement =
  | {
      readonly kind: "declare";
      readonly name: string;
      readonly mutable: boolean;
      readonly type: Type | undefined;
      readonly value: Expr;
    }
  | { readonly kind: "assign"; readonly name: string; readonly value: Expr }
  | {
      readonly kind: "loop";
      readonly before: Statement | undefined;
      readonly condition: Expr;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | {
      readonly kind: "if";
      readonly condition: Expr;
      readonly body: Statement;
      readonly otherwise: Statement | undefined;
    }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "return"; readonly value: Expr }
  | { readonly kind: "call"; readonly call: Expr };

/**
 * A function. Calls are replaced by the body, unless the text says `@call fn`: then it is a WebAssembly function of its
 * own.
 */
export interface FunctionNode {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type | undefined;
  readonly body: readonly Statement[];
  readonly inline: boolean;
}
