import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import ts from "typescript-api";

const described = fileURLToPath(new URL("../api/described.ts", import.meta.url));

/**
 * Turns the doc comments of fields, constants, and events into the descriptions of their schemas, in the bundle that it
 * builds.
 */
export const docComments: Plugin = {
  name: "doc-comments",
  setup(build) {
    build.onLoad({ filter: /\/(core|functions\/api)\/.*\.ts$/ }, ({ path }) => ({
      contents: withDescriptions(path, readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};

/** Returns a module in which every value with a doc comment is passed to `described`, with its text. */
export function withDescriptions(path: string, text: string): string {
  // most modules have no shape, and parsing them takes long
  if (!/\bv\.\w+\(/.test(text)) return text;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const inserted: { at: number; text: string }[] = [];
  const wrap = (comment: string, value: ts.Node, name = "") => {
    inserted.push({ at: value.getStart(), text: `${name}__described(${JSON.stringify(comment)}, ` });
    inserted.push({ at: value.getEnd(), text: ")" });
  };
  const visit = (node: ts.Node): void => {
    const comment = commentOf(node);
    if (comment && ts.isPropertyAssignment(node)) wrap(comment, node.initializer);
    if (comment && ts.isShorthandPropertyAssignment(node)) wrap(comment, node.name, `${node.name.text}: `);
    if (comment && ts.isVariableStatement(node)) {
      const [declaration] = node.declarationList.declarations;
      if (declaration?.initializer && !ts.isArrowFunction(declaration.initializer)) {
        wrap(comment, declaration.initializer);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (inserted.length === 0) return text;
  const parts = inserted
    .map((one, order) => ({ ...one, order }))
    .sort((one, other) => one.at - other.at || one.order - other.order);
  let from = 0;
  let result = "";
  for (const { at, text: more } of parts) {
    result += text.slice(from, at) + more;
    from = at;
  }
  return `${result}${text.slice(from)}\nimport { described as __described } from ${JSON.stringify(described)};\n`;
}

/** Returns the doc comment right before a node, in one line. */
function commentOf(node: ts.Node): string | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).findLast((one) => ts.isJSDoc(one) && one.parent === node);
  const text = comment && ts.getTextOfJSDocComment(comment.comment);
  return text ? text.replace(/\s+/g, " ").trim() : undefined;
}
